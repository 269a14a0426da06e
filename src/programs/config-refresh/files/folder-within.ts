import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a folder within a volume and returns its path. Rejects where a symlink or a file is in the way. */
export const folderWithin = async (volume: string, parts: readonly string[]): Promise<string> => {
  let path = volume;
  for (const part of parts) {
    path = join(path, part);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is no folder, and is in the way`);
  }
  return path;
};
