import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { HEAD_BYTES, type Head, headOf, type Mark } from './mark.ts';

/** Without waiting for the other end, should it have become a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** An open file, with what was true of it when it was opened. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/** Opens the file with this id. Null: another one is there now, or none. Throws if it cannot be opened otherwise. */
export const openFile = (path: string, id: string): OpenFile | null => {
  const descriptor = openOrNull(path);
  if (descriptor === null) return null;
  const stats = fstatSync(descriptor);
  if (`${stats.dev}:${stats.ino}` === id && stats.isFile()) return { descriptor, stats };
  closeSync(descriptor);
  return null;
};

const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ELOOP', 'ENOTDIR']);

const openOrNull = (path: string): number | null => {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
};

/** Up to so many first bytes of an open file. */
export const readHead = (descriptor: number, most: number = HEAD_BYTES): Buffer =>
  readAt(descriptor, 0, most);

export const readAt = (descriptor: number, position: number, most: number): Buffer => {
  const bytes = Buffer.allocUnsafe(most);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, most, position));
};

/** Whether an open file goes on from a mark: it begins as it did, and has the same bytes before the mark. */
export const goesOnFrom = (descriptor: number, head: Head, mark: Mark): boolean => {
  if (head.length > 0 && headOf(readHead(descriptor, head.length)).crc !== head.crc) return false;
  const { position, before } = mark;
  return readAt(descriptor, position - before.length, before.length).equals(before);
};
