import { behindShell } from '../behind-shell.ts';
import type { Spawnable } from '../shell-command.ts';
import type { MarkedLaunch } from './process-trees.ts';

/** bash and busybox know RLIMIT_LOCKS as -x, dash as -w. Where neither works, the process goes without that mark. */
const LIMIT = 'ulimit -Sx "$0" 2>/dev/null || ulimit -Sw "$0" 2>/dev/null';

/**
 * The command behind a shell that puts the mark on itself: before the command's first act, so that nothing it starts
 * can be without it. `limit` is the value for RLIMIT_LOCKS.
 */
export const markLaunch = (
  spawnable: Spawnable,
  env: Readonly<Record<string, string>>,
  limit: string,
): MarkedLaunch => ({ spawnable: behindShell(spawnable, env, LIMIT, limit), env });
