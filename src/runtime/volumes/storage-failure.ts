import { lstatSync, readlinkSync } from 'node:fs';
import { errorMessage } from '../../model/error-message.ts';
import { userName } from '../process-tree/user-name.ts';

/** What can go wrong with the state folder, volumes and mounts. Paths are absolute; `message` says what to do. */
export type StorageFailure =
  | { readonly kind: 'state-folder-unusable'; readonly path: string; readonly message: string }
  /** Where a directory of ours is expected stands something else: nothing was deleted or made through it. */
  | {
      readonly kind: 'not-a-real-directory';
      readonly path: string;
      readonly found: string;
      readonly message: string;
    }
  | { readonly kind: 'run-not-recorded'; readonly path: string; readonly message: string }
  | { readonly kind: 'run-record-unreadable'; readonly path: string; readonly message: string }
  | {
      readonly kind: 'volume-not-created';
      readonly volume: string;
      readonly path: string;
      readonly message: string;
    }
  | {
      readonly kind: 'mount-blocked';
      readonly path: string;
      readonly found: string;
      readonly message: string;
    }
  | { readonly kind: 'mount-in-use'; readonly path: string; readonly runId: string; readonly message: string }
  | { readonly kind: 'mount-not-created'; readonly path: string; readonly message: string }
  | { readonly kind: 'not-removed'; readonly path: string; readonly message: string };

/**
 * What stands at `path` itself, a symlink not followed: `nothing`, `a directory`, `a file`, `a symlink to …`.
 *
 * @internal
 */
export const whatStandsAt = (path: string): string => {
  try {
    const entry = lstatSync(path);
    if (entry.isDirectory()) return 'a directory';
    if (entry.isSymbolicLink()) return `a symlink to ${readlinkSync(path)}`;
    return entry.isFile() ? 'a file' : 'a special file';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'nothing' : `something unreadable (${message})`;
  }
};

/** @internal */
export type UnrealDirectory = Extract<StorageFailure, { readonly kind: 'not-a-real-directory' }>;

/** @internal */
export const notADirectory = (path: string, found: string): UnrealDirectory => ({
  kind: 'not-a-real-directory',
  path,
  found,
  message: `${path} should be a directory that belongs to sidecarctl, but is ${found}; remove it and start again`,
});

/** Why the state folder cannot be used, and what to do about it. */
export const unusableText = (path: string, error: unknown): string =>
  `${path} cannot be used (${errorMessage(error)}); ${unusableAdvice(path, (error as NodeJS.ErrnoException).code)}`;

const unusableAdvice = (path: string, code: string | undefined): string => {
  const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: make room on it';
  if (code === 'EROFS')
    return 'sidecarctl keeps logs, volumes and the record of the pod there: mount a folder that can be written to at that place';
  if (uid !== undefined && uid !== process.geteuid?.())
    return `it is ${userName(uid)}'s: make it yours with 'sudo chown -R "$(id -u)" ${path}'`;
  return 'it must be a folder this user can write to';
};
