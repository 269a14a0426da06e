import type { CommandSpec } from '../../model/pod-spec.ts';

/** Arguments for `spawn`. `verbatim`: Windows must pass the arguments on without quoting them again. */
export interface Spawnable {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

/**
 * Returns the program and arguments of a command: itself, or the platform's shell with its line.
 *
 * The shell is named by its path, so that a command whose `PATH` lacks the system's folders still runs.
 *
 * @example
 * toSpawnable({ kind: 'shell', line: 'a | b' }) // { file: '/bin/sh', args: ['-c', 'a | b'], verbatim: false }
 */
export const toSpawnable = (
  command: CommandSpec,
  platform: NodeJS.Platform = process.platform,
): Spawnable => {
  if (command.kind === 'direct') return { file: command.file, args: command.args, verbatim: false };
  if (platform !== 'win32') return { file: '/bin/sh', args: ['-c', command.line], verbatim: false };
  // With /s, cmd.exe removes the outermost quotes and leaves all the others.
  return { file: 'cmd.exe', args: ['/d', '/s', '/c', `"${command.line}"`], verbatim: true };
};
