import type { Milliseconds } from '../model/vocabulary.ts';
import { every } from '../time/timers.ts';

/**
 * V8 doubles the space for new objects whenever enough of them have survived, up to 64 MiB and twice that during a
 * collection, and keeps it. Under heavy output that takes a minute or two, looks like a leak (110 MB resident become
 * 210), and makes a collection block the loop for 50 ms instead of 25. With half of this limit, the dashboard takes a
 * tenth more of a core at 50,000 lines a second.
 */
const MOST_BYTES = 16 * 1024 * 1024;
/** Far shorter than the space takes to double, for 10 µs of work. */
const CHECK_EVERY: Milliseconds = 5_000;

/** Loaded on first use, after the first launches: it takes 2 ms. */
const v8 = (): typeof import('node:v8') => process.getBuiltinModule('node:v8');

/** V8's own factor. */
const DOUBLING = 2;
const STANDING_STILL = 1;

let growth = DOUBLING;
let holders = 0;
let isFull = false;

/** Set only when it changes: code compiled with other flags is not found in Node's compile cache. */
const setGrowth = (): void => {
  const next = isFull || holders > 0 ? STANDING_STILL : DOUBLING;
  if (next === growth) return;
  growth = next;
  v8().setFlagsFromString(`--semi-space-growth-factor=${growth}`);
};

const check = (): void => {
  const spaces = v8().getHeapSpaceStatistics();
  const space = spaces.find(({ space_name: name }) => name === 'new_space');
  isFull = (space?.space_size ?? 0) >= MOST_BYTES;
  setGrowth();
};

/** Keeps the size of the space for new objects, for work with much garbage, until the returned function is called. */
export const holdYoungGeneration = (): (() => void) => {
  holders += 1;
  setGrowth();
  return () => {
    holders -= 1;
    setGrowth();
  };
};

/**
 * Lets the space for new objects grow to 16 MiB, or to its present size if that is more, until the returned function is
 * called.
 */
export const boundYoungGeneration = (): (() => void) => {
  const stopChecking = every(CHECK_EVERY, check);
  check();
  return () => {
    stopChecking();
    isFull = false;
    setGrowth();
  };
};
