import { behindShell } from './behind-shell.ts';
import type { Marks } from './process-tree/process-trees.ts';
import type { Spawnable } from './shell-command.ts';

/** bash and busybox know RLIMIT_LOCKS as -x, dash as -w. Where neither works, the process goes without that mark. */
const LIMIT = 'ulimit -Sx "$0" 2>/dev/null || ulimit -Sw "$0" 2>/dev/null';

/**
 * The command behind a shell that puts the mark on itself: before the command's first act, so that nothing it starts
 * can be without it.
 */
export const markBehindShell = (spawnable: Spawnable, { env, locksLimit }: Marks): Spawnable =>
  locksLimit === null ? spawnable : behindShell(spawnable, env, LIMIT, `${locksLimit}`);
