import { fileLimitAtStart } from '../native/file-limit.ts';
import type { Marks } from '../process-tree/process-trees.ts';
import { behindShell } from './behind-shell.ts';
import type { Spawnable } from './shell-command.ts';

/** bash and busybox know RLIMIT_LOCKS as -x, dash as -w. If neither works, the process goes without that mark. */
const LIMIT = 'ulimit -Sx "$0" 2>/dev/null || ulimit -Sw "$0" 2>/dev/null';

/**
 * Wraps the command in a shell that puts the mark on itself before the command runs, so that nothing it starts can be
 * without it. The shell also restores the limit of open files that this process was started with.
 */
export const markBehindShell = (
  spawnable: Spawnable,
  { env, locksLimit }: Marks,
  fileLimit = fileLimitAtStart(),
): Spawnable => {
  if (locksLimit === null) return spawnable;
  const setup = fileLimit === null ? LIMIT : `${LIMIT}; ${limitFiles(fileLimit)}`;
  return behindShell(spawnable, env, setup, `${locksLimit}`);
};

export const limitFiles = (limit: number): string => `ulimit -Sn ${limit} 2>/dev/null`;
