import { lstatSync, readlinkSync } from 'node:fs';

/**
 * Kind of entry at `path` itself, without following a symlink: `nothing`, `a directory`, `a file`, `a symlink to …`.
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
