import { unlink } from 'node:fs';
import type { HeldFolder } from '../files/held-folder.ts';
import { inOrder } from './run-order.ts';

/**
 * `<run>.log` is the newest part, `<run>.1.log` the one before it; `<run>.times` is of all of them. A run is called
 * `20261120T100000Z-ea732e11`: a file that anybody else put there is not taken for one.
 */
const LOG_NAME = /^(\d{8}T\d{6}Z-[0-9a-f]{8})(?:(?:\.\d+)?\.log|\.times)$/;

/**
 * Removes the logs of all but the newest `keep` runs, by thread: freeing 10 MiB takes 2 ms, and five runs may have 150.
 * `order`: the runs as they began, the own one last.
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

/** One that cannot be removed is tried again by the next run. */
const remove = (path: string): Promise<unknown> => new Promise((resolve) => unlink(path, resolve));
