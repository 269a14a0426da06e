import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

/** Limit for all processes together. */
const KEPT = 20;

/** A name begins with its time, so names sort by age: `20261120T100000123Z-api.txt`. */
const NAME = /^\d{8}T\d{9}Z-([a-z0-9-]+)\.txt$/;

/**
 * Writes a crash report that only its owner can read, and removes all but the newest. Between `within` and `folder`,
 * both absolute, no symlink is followed. Throws the file system's error.
 */
export const writeCrashReport = (
  { within, folder }: { readonly within: string; readonly folder: string },
  name: string,
  text: string,
): void => {
  using held = HeldFolder.open(within, folder, { make: true });
  held.create(name, text);
  for (const old of crashReportsAmong(held.list()).slice(0, -KEPT)) held.remove(old);
};

export interface KeptCrashReport {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

/** Reads the newest crash report of a process, from this run or an earlier one; null if there is none. */
export const readNewestCrashReport = async (
  folder: string,
  process: string,
): Promise<KeptCrashReport | null> => {
  const names = await namesIn(folder).catch(() => []);
  const newest = names.findLast((name) => NAME.exec(name)?.[1] === process);
  if (newest === undefined) return null;
  const path = join(folder, newest);
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : { path, text, at: timeOf(newest) };
};

const timeOf = (name: string): number =>
  Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'));

const namesIn = async (folder: string): Promise<string[]> => crashReportsAmong(await readdir(folder));

const crashReportsAmong = (names: readonly string[]): string[] =>
  names.filter((name) => NAME.test(name)).sort();
