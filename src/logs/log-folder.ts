import { unlink } from 'node:fs';
import type { HeldFolder } from '../files/held-folder.ts';
import { inOrder } from './run-order.ts';

/**
 * `<run>.log` is the newest part, `<run>.1.log` the one before it; `<run>.times` covers all of them. The pattern of a
 * run, `20261120T100000Z-ea732e11`, keeps files that somebody else put there from being taken for logs.
 */
const LOG_NAME = /^(\d{8}T\d{6}Z-[0-9a-f]{8})(?:(?:\.\d+)?\.log|\.times)$/;

/**
 * Removes the logs of all but the newest `keep` runs, in a thread: freeing 10 MiB takes 2 ms, and five runs may have
 * 150. `order` has the runs as they began, this one last.
 */
export const removeOldRuns = (
  folder: HeldFolder,
  keep: number,
  order: readonly string[],
): Promise<unknown> => {
  const parts = new Map<string, string[]>();
  for (const entry of folder.list()) {
    const run = LOG_NAME.exec(entry)?.[1];
    if (run !== undefined) parts.set(run, [...(parts.get(run) ?? []), entry]);
  }
  const old = inOrder(parts.keys(), order).slice(0, -keep);
  const entries = old.flatMap((run) => parts.get(run) ?? []);
  return Promise.all(entries.map((entry) => remove(folder.at(entry))));
};

/** The next run tries again to remove a file that could not be removed. */
const remove = (path: string): Promise<unknown> => new Promise((resolve) => unlink(path, resolve));
