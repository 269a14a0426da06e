import { close, closeSync, constants, readFileSync, write, writeSync } from 'node:fs';
import type { HeldFolder } from '../files/held-folder.ts';

/**
 * Times of a run's output, in `<run>.times` beside the log files: a line `<file> <offset> <ms since 1970>` for each
 * file as it is begun, and then at most one a second, just before the write at that offset. Output between two entries
 * was written within a second of the first.
 */
export const BETWEEN_TIMES_MS = 1_000;

export interface LogTime {
  /** Number of the file in its run; the first is 1. */
  readonly file: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const APPENDED = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

/** Notes a time. Takes about 50 µs; throws as a write does. */
export const noteLogTime = (folder: HeldFolder, name: string, noted: LogTime): void => {
  const fd = folder.openFile(name, APPENDED);
  try {
    writeSync(fd, lineOf(noted));
  } finally {
    closeSync(fd);
  }
};

/** Notes a time in a thread, for a slow disk. A failure is ignored, because the log itself reports the disk. */
export const noteLogTimeLater = (folder: HeldFolder, name: string, noted: LogTime): void => {
  const fd = folder.openFile(name, APPENDED);
  write(fd, lineOf(noted), () => close(fd, () => undefined));
};

const lineOf = ({ file, offset, time }: LogTime): string => `${file} ${offset} ${time}\n`;

/**
 * Reads the times, in the order of files and offsets, without a last one that was cut off. Returns null if the run has
 * none.
 */
export const readLogTimes = (path: string): readonly LogTime[] | null => {
  const text = readIfThere(path);
  if (text === null) return null;
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number))
    .map(([file = 0, offset = 0, time = 0]) => ({ file, offset, time }))
    .sort((one, other) => one.file - other.file || one.offset - other.offset);
};

const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
