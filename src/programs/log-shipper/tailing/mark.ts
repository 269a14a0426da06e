import { createHash } from 'node:crypto';

/** Number of first bytes that a file is told by. */
export const HEAD_BYTES = 256;

/** Number of bytes before a position that it is told by. */
export const BEFORE_BYTES = 32;

/** The first bytes of a file, as far as they were there when it was read. */
export interface Head {
  readonly length: number;
  /** Base64; empty for no bytes. */
  readonly hash: string;
}

export const NO_HEAD: Head = { length: 0, hash: '' };

export const headOf = (bytes: Buffer): Head =>
  bytes.length === 0
    ? NO_HEAD
    : { length: bytes.length, hash: createHash('sha256').update(bytes).digest('base64').slice(0, 24) };

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
