import { behindShell } from './behind-shell.ts';
import type { Spawnable } from './shell-command.ts';

/**
 * Wraps the command in a shell that makes the terminal its own. The leader of a session gets the first terminal that it
 * opens: then Ctrl-C, Ctrl-Z, /dev/tty and SIGWINCH work. Neither posix_spawn nor Node can do that.
 */
export const behindTerminal = (
  spawnable: Spawnable,
  env: Readonly<Record<string, string>>,
  terminal: string | null,
): Spawnable => (terminal === null ? spawnable : behindShell(spawnable, env, ': <>"$0"', terminal));
