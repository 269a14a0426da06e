import { lstatSync, mkdirSync, readdirSync, unlink } from 'node:fs';
import { dirname, join } from 'node:path';

/** `<run>.log` is the newest part, `<run>.1.log` the one before it; `<run>.times` is of all of them. */
const LOG_NAME = /^(.+?)(?:(?:\.\d+)?\.log|\.times)$/;

/** Makes a process's folder and the one it stands in; throws when either is, or leads, somewhere else. */
export const makeLogFolder = (folder: string): void => {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!lstatSync(path).isDirectory()) throw notAFolder(path);
  }
};

/** As a system call would report it. */
const notAFolder = (path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR', syscall: 'mkdir', path });

/**
 * Removes the logs of all but the newest `keep` runs, by thread: freeing 10 MiB takes 2 ms, and five runs may have 150.
 * A run's name begins with its time, so names sort by age.
 */
export const removeOldRuns = (folder: string, keep: number): Promise<unknown> => {
  const parts = new Map<string, string[]>();
  for (const entry of readdirSync(folder)) {
    const run = LOG_NAME.exec(entry)?.[1];
    if (run !== undefined) parts.set(run, [...(parts.get(run) ?? []), entry]);
  }
  const old = [...parts.keys()].sort().slice(0, -keep);
  const entries = old.flatMap((run) => parts.get(run) ?? []);
  return Promise.all(entries.map((entry) => remove(join(folder, entry))));
};

/** One that cannot be removed is tried again by the next run. */
const remove = (path: string): Promise<unknown> => new Promise((resolve) => unlink(path, resolve));
