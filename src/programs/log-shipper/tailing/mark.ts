import { crc32 } from 'node:zlib';

/** Number of first bytes that a file is told by. */
export const HEAD_BYTES = 256;

/** Number of bytes before a position that it is told by. */
export const BEFORE_BYTES = 32;

/** The first bytes of a file, as far as they were there when it was read. */
export interface Head {
  readonly length: number;
  /** CRC-32. It is enough beside the inode and the bytes before a mark, and node:crypto takes 3 MiB of memory. */
  readonly crc: number;
}

export const NO_HEAD: Head = { length: 0, crc: 0 };

export const headOf = (bytes: Buffer): Head => ({ length: bytes.length, crc: crc32(bytes) });

/** A place in a file, with the bytes before it: a file that was written anew has others there. */
export interface Mark {
  readonly position: number;
  readonly before: Buffer;
}

export const START: Mark = { position: 0, before: Buffer.alloc(0) };

/** The mark after more bytes, which began at the mark. */
export const markAfter = (mark: Mark, bytes: Buffer): Mark => ({
  position: mark.position + bytes.length,
  before:
    bytes.length >= BEFORE_BYTES
      ? Buffer.from(bytes.subarray(-BEFORE_BYTES))
      : Buffer.concat([mark.before, bytes]).subarray(-BEFORE_BYTES),
});
