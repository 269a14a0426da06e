import type { InputRefusal } from '../../model/input-refusal.ts';

/** Limit of the bytes that wait for a process that does not read, beside those that the system keeps. */
export const MOST_BYTES = 1024 * 1024;

/** The way to the stdin of a process. It never waits: what the process does not read is kept, up to a limit. */
export interface Input {
  /** `end`: the process reads the end of its stdin behind the bytes. Returns the reason if nothing is taken, or null. */
  write(bytes: Buffer, end: boolean): InputRefusal | null;
}
