import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure, UnrealDirectory } from '../../model/failures/storage-failure.ts';
import { holdStateFolder, type StateFolder } from './hold-state-folder.ts';
import { whatStandsAt } from './what-stands-at.ts';

/**
 * Deletes `target`, a directory tree inside the state folder. Every folder on the way must be a real directory, in the
 * place where the state folder was opened; otherwise nothing is deleted. Symlinks in the tree, and one at `target`
 * itself, are removed and never followed. A missing target is no error.
 */
export const removeInside = async (state: StateFolder, target: string): Promise<StorageFailure | null> => {
  if (!isInside(state.path, target)) return notRemoved(target, 'it lies outside the state folder');
  const blocked = findUnrealDirectory(state, dirname(target));
  if (blocked !== null) return blocked.found === 'nothing' ? null : blocked;
  // Loaded late: nothing is removed before a pod has been started.
  const { rm } = await import('node:fs/promises');
  try {
    using folder = holdStateFolder(state, relative(state.path, dirname(target)).split(sep).filter(Boolean));
    // A process that was just killed may still create files: ENOTEMPTY is retried, for 120 ms in total.
    await rm(folder.at(basename(target)), { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
    return null;
  } catch (error) {
    return notRemoved(target, errorMessage(error));
  }
};

/** First folder on the way from the config folder down to `directory` that is not a real directory of ours, if any. */
export const findUnrealDirectory = (state: StateFolder, directory: string): UnrealDirectory | null => {
  const below = relative(state.configFolder, directory);
  let at = state.configFolder;
  for (const part of below.split(sep)) {
    at = join(at, part);
    const found = whatStandsAt(at);
    if (found !== 'a directory') return notADirectory(at, found);
  }
  const real = realPathOf(directory);
  if (real === null) return notADirectory(directory, whatStandsAt(directory));
  return real === join(state.realConfigFolder, below) ? null : notADirectory(directory, `really ${real}`);
};

/** True if `path` is below `folder`, judging by the names alone. */
export const isInside = (folder: string, path: string): boolean => {
  const below = relative(folder, path);
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
};

const realPathOf = (path: string): string | null => {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
};

export const notADirectory = (path: string, found: string): UnrealDirectory => ({
  kind: 'not-a-real-directory',
  path,
  found,
});

const notRemoved = (path: string, cause: string): StorageFailure => ({
  kind: 'not-removed',
  path,
  cause,
  isMount: false,
});
