import type { CommanderError } from 'commander';

/** By command: the kind of words after `--`, and an example. */
const AFTER_DASHES: Readonly<Record<string, string>> = {
  run: "put the command after '--', as in 'sidecarctl run -- npm test'",
  exec: "put the command after '--', as in 'sidecarctl exec web -- ls'",
};

const MISPLACED = ['commander.excessArguments', 'commander.unknownOption'];

/**
 * Suggests `--` for words that a command does not know and that are probably meant for the program it runs; null if
 * nothing suggests that. `own` is the command line up to `--`.
 *
 * @example
 * restHint(error, ['run', 'npm', 'test']) // "put the command after '--': sidecarctl run -- npm test"
 */
export const restHint = (error: CommanderError, own: readonly string[]): string | null => {
  const [name = ''] = own;
  if (name.startsWith('-') && error.code === 'commander.unknownOption')
    return "put options after the command, as in 'sidecarctl dev -c my.config.ts'";
  const general = AFTER_DASHES[name];
  if (general === undefined || !MISPLACED.includes(error.code)) return null;
  const meant = rewritten(own);
  return meant === null ? general : `put the command after '--': sidecarctl ${meant.join(' ')}`;
};

/** Returns null if options of the command itself may be between, or the meaning is not clear. */
const rewritten = ([name = '', ...words]: readonly string[]): readonly string[] | null => {
  const before = name === 'exec' ? 1 : 0;
  const isClear = (name === 'run' || name === 'exec') && words.length > before;
  if (!isClear || words.slice(0, before + 1).some((word) => word.startsWith('-'))) return null;
  return [name, ...words.slice(0, before), '--', ...words.slice(before)];
};
