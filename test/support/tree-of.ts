import { readdir } from 'node:fs/promises';

/** Everything in a folder, at whatever depth, by path: to tell that nothing was written. */
export const treeOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).toSorted();
