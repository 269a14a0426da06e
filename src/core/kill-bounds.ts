import type { Milliseconds } from '../model/vocabulary.ts';

/** SIGKILL takes effect at once, except on a process that hangs in the kernel: no wait for one is longer than this. */
export const KILL_AT_MOST: Milliseconds = 4_000;

/**
 * If the runtime does not even report that a kill failed, the core gives up on the process after this time, so that
 * every stop ends.
 */
export const LOST_AFTER: Milliseconds = KILL_AT_MOST + 1_000;
