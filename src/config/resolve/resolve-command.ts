import type { ArgumentsBlocker } from '../../model/failures/config-problem.ts';
import type { CommandSpec, LaunchCommand } from '../../model/pod-spec.ts';
import { argumentsBlocker } from './shell-line-end.ts';

/** A string runs in the shell, a list runs directly. */
export const resolveCommand = (command: string | readonly string[]): CommandSpec => {
  if (typeof command === 'string') return { kind: 'shell', line: command };
  const [file = '', ...args] = command;
  return { kind: 'direct', file, args };
};

/**
 * Appends arguments from the command line to a command, quoted if a shell reads them.
 *
 * @example
 * appendArguments({ kind: 'shell', line: 'vite' }, ['--name', 'a b'], 'linux').line // "vite --name 'a b'"
 */
export const appendArguments = (
  command: LaunchCommand,
  args: readonly string[],
  platform: NodeJS.Platform,
): LaunchCommand => {
  if (args.length === 0) return command;
  if (command.kind === 'container') return { ...command, args: [...(command.args ?? []), ...args] };
  if (command.kind === 'direct') return { ...command, args: [...command.args, ...args] };
  const quote = platform === 'win32' ? quoteForCmd : quoteForSh;
  return { kind: 'shell', line: [command.line.trimEnd(), ...args.map(quote)].join(' ') };
};

/** Reason why arguments cannot be appended to a command, or null. */
export const appendingBlocker = (
  command: LaunchCommand,
  platform: NodeJS.Platform,
): ArgumentsBlocker | null =>
  command.kind !== 'shell' || platform === 'win32' ? null : argumentsBlocker(command.line.trimEnd());

const quoteForSh = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Quotes twice: for the program, whose C runtime takes `\"` for a quote and needs backslashes before one doubled, and
 * for cmd.exe, which reads `"` without knowing `\"` and so needs a caret before every special character.
 */
const quoteForCmd = (word: string): string => {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word;
  const forProgram = `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  return forProgram.replace(/[()%!^"<>&|]/g, '^$&');
};
