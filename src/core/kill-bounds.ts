import type { Milliseconds } from '../model/vocabulary.ts';

/** SIGKILL is obeyed at once, except by a process that hangs in the kernel: nothing waits longer than this for one. */
export const KILL_AT_MOST: Milliseconds = 4_000;

/** When the runtime has not even said that a kill failed, the process is written off, so that every stop ends. */
export const LOST_AFTER: Milliseconds = KILL_AT_MOST + 1_000;
