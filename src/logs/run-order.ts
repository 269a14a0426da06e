import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';

/** Lies beside the folders of the processes, whose names do not begin with a dot. */
const FILE = '.runs';
/** More runs than are kept of any process. */
const MOST = 100;

/**
 * Reads the runs in the order they began, oldest first. Their names begin with a time, which goes back when the clock
 * is set back; this order does not.
 */
export const readRunOrder = (folder: string): readonly string[] => {
  try {
    return linesOf(readFileSync(join(folder, FILE), 'utf8'));
  } catch {
    return [];
  }
};

/**
 * Adds a run that begins and returns the order. `within` is absolute and not checked. A failure to write is ignored,
 * because the logs report it.
 */
export const noteRun = (within: string, folder: string, run: string): readonly string[] => {
  try {
    using held = HeldFolder.open(within, folder, { make: true });
    const before = held.look(FILE) === null ? [] : linesOf(held.read(FILE));
    const order = [...before.filter((one) => one !== run), run].slice(-MOST);
    held.replace(FILE, order.map((one) => `${one}\n`).join(''));
    return order;
  } catch {
    return [run];
  }
};

/** Sorts runs, oldest first. Runs that are not in `order` are older than all that are. */
export const inOrder = (runs: Iterable<string>, order: readonly string[]): readonly string[] => {
  const places = new Map(order.map((run, place) => [run, place]));
  const placeOf = (run: string): number => places.get(run) ?? -1;
  return [...runs].sort((one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));
};

const linesOf = (text: string): readonly string[] => text.split('\n').filter(Boolean);
