import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure, UnrealDirectory } from '../../model/failures/storage-failure.ts';
import { holdStateFolder, type StateFolder } from './hold-state-folder.ts';
import { whatStandsAt } from './what-stands-at.ts';

/**
 * Deletes `target`, a directory tree inside the state folder. Whatever leads to it must be a real directory, in the
 * place where the state folder was opened: otherwise nothing is deleted. Symlinks in the tree, and one that stands at
 * `target` itself, are unlinked and never followed. Nothing there is fine.
 */
export const removeInside = async (state: StateFolder, target: string): Promise<StorageFailure | null> => {
  if (!isInside(state.path, target)) return notRemoved(target, 'it lies outside the state folder');
  const blocked = findUnrealDirectory(state, dirname(target));
  if (blocked !== null) return blocked.found === 'nothing' ? null : blocked;
  // Loaded late: nothing is removed before a pod has been started.
  const { rm } = await import('node:fs/promises');
  try {
    using folder = holdStateFolder(state, relative(state.path, dirname(target)).split(sep).filter(Boolean));
    // A process that was just killed may still be making files: ENOTEMPTY is tried again, for 120 ms in all.
    await rm(folder.at(basename(target)), { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
    return null;
  } catch (error) {
    return notRemoved(target, errorMessage(error));
  }
};

/** The first on the way from the config folder down to `directory` that is no real directory of ours, if any. */
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

/** Whether `path` lies below `folder`, going by the names alone. */
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
