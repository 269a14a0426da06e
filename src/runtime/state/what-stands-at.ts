import { lstatSync, readlinkSync } from 'node:fs';

/** What stands at `path` itself, a symlink not followed: `nothing`, `a directory`, `a file`, `a symlink to …`. */
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
