import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { buildBundle } from './bundle.ts';

/**
 * The path of the program of a ready-made sidecar, as it is in the repository now. It is built once for all tests of a
 * run: to read its source files takes a Node 500 ms of CPU at each start, and to read the bundle 120.
 */
export const programFile = async (name: string): Promise<string> => {
  const folder = join(inject('programsFolder'), name);
  if (!existsSync(folder)) await buildInto(folder, name);
  return join(folder, 'main.mjs');
};

/** Another worker may do the same at this moment. The first one wins. */
const buildInto = async (folder: string, name: string): Promise<void> => {
  const own = `${folder}-${process.pid}`;
  await buildBundle(fileURLToPath(new URL(`../../src/programs/${name}/main.ts`, import.meta.url)), own);
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
};
