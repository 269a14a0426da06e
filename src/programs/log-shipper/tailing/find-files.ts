import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import type { FoundFile, LogPlace } from './found-file.ts';

/** What a look has found. */
export interface Found {
  readonly files: readonly FoundFile[];
  /** Folders that were looked into. */
  readonly folders: readonly string[];
  /** There were more files, which are left out. */
  readonly isCutOff: boolean;
}

/** More than anybody has logs; a place like `/` has more files than can be looked at. */
const MOST_FILES = 10_000;

/** Looks for files. Symbolic links are not followed: what they lead to has a name of its own. */
export const findFiles = (place: LogPlace): Found => {
  const files: FoundFile[] = [];
  const folders = [...place.folders()];
  let entries = 0;
  // Folders are added to the end while they are looked through.
  for (const folder of folders) {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    for (const entry of entriesOf(folder)) {
      entries += 1;
      if (entries > MOST_FILES) return { files, folders, isCutOff: true };
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        if (place.enters(path)) folders.push(path);
      } else if (entry.isFile()) files.push(...look(path, place));
    }
  }
  return { files, folders, isCutOff: false };
};

/** A folder may be gone by now. */
const entriesOf = (folder: string): readonly Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};

const look = (path: string, place: LogPlace): readonly FoundFile[] => {
  const named = place.judge(path);
  const stats = named === null ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (named === null || stats?.isFile() !== true) return [];
  return [
    {
      ...named,
      path,
      id: `${stats.dev}:${stats.ino}`,
      size: stats.size,
      modified: stats.mtimeMs,
      born: stats.birthtimeMs,
    },
  ];
};
