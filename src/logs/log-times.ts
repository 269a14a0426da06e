import { appendFileSync, readFileSync } from 'node:fs';

/**
 * When what stands in a run's log files was written, in `<run>.times` beside them: a line `<file> <offset> <ms since 1970>`
 * for each file as it is begun, and then at most one a second, before the write that goes to that offset. What stands
 * between two of them was written within a second of the first.
 */
export const BETWEEN_TIMES_MS = 1_000;

export interface LogTime {
  /** Of the run's files, the first to be begun is 1. */
  readonly file: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export const noteLogTime = (path: string, { file, offset, time }: LogTime): void =>
  appendFileSync(path, `${file} ${offset} ${time}\n`, { mode: 0o600 });

/** In the order they were noted; a last one that was cut off is left out. Null: the run has none. */
export const readLogTimes = (path: string): readonly LogTime[] | null => {
  try {
    return readFileSync(path, 'latin1')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').map(Number))
      .map(([file = 0, offset = 0, time = 0]) => ({ file, offset, time }));
  } catch {
    return null;
  }
};
