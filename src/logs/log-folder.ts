import { lstatSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `<run>.log` is the newest part, `<run>.1.log` the one before it. */
const LOG_NAME = /^(.+?)(?:\.\d+)?\.log$/;

/** Makes a process's folder and the one it stands in; throws when either is, or leads, somewhere else. */
export const makeLogFolder = (folder: string): void => {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!lstatSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
  }
};

/** Removes the logs of all but the newest `keep` runs. A run's name begins with its time, so names sort by age. */
export const removeOldRuns = (folder: string, keep: number): void => {
  const parts = new Map<string, string[]>();
  for (const entry of readdirSync(folder)) {
    const run = LOG_NAME.exec(entry)?.[1];
    if (run !== undefined) parts.set(run, [...(parts.get(run) ?? []), entry]);
  }
  const old = [...parts.keys()].sort().slice(0, -keep);
  for (const run of old) {
    for (const entry of parts.get(run) ?? []) unlinkSync(join(folder, entry));
  }
};
