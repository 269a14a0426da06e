import { readlinkSync, unlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure } from '../../model/failures/storage-failure.ts';

/** A symlink at `path` to a volume, a part of it, or a file at `target`, both absolute. */
export interface Mount {
  readonly path: string;
  readonly target: string;
  readonly isFile?: boolean;
}

/** Removes the symlink, unless it has gone or leads elsewhere by now, so that it belongs to somebody else. */
export const unlinkMount = (mount: Mount): StorageFailure | null => {
  if (linkTarget(mount.path) !== resolve(mount.target)) return null;
  try {
    unlinkSync(mount.path);
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { kind: 'not-removed', path: mount.path, cause: errorMessage(error), isMount: true };
  }
};

/** Absolute target of the symlink at `path`, or `null` if there is none. */
export const linkTarget = (path: string): string | null => {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return null;
  }
};
