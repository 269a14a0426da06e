/** A longer line is passed on in pieces, so that a process that never ends its line cannot fill the memory. */
export const LINE_LIMIT = 64 * 1024;

const NEWLINE = 0x0a;

/** Size of the memory for an unfinished line, which grows with it. */
const FIRST_BYTES = 256;

/**
 * Takes bytes on their way to the readers: whole lines, each with its newline, or, with `partial`, a piece of a line
 * that continues in the next block or was never finished. The memory of the block is used again afterwards.
 */
type TakeBlock = (block: Buffer, partial: boolean) => void;

/**
 * Splits a stream of bytes at `\n`. It decodes nothing, and whole lines that came in one chunk leave as one view of it:
 * the hot path copies only what a chunk cut in two.
 */
export class LineAssembler {
  readonly #take: TakeBlock;
  /** Begins with the unfinished line. */
  #memory = Buffer.alloc(0);
  #restBytes = 0;

  constructor(take: TakeBlock) {
    this.#take = take;
  }

  /** The chunk's memory may be used again afterwards. */
  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#takeLines(chunk, end);
    if (end < chunk.length) this.#keep(chunk.subarray(end));
  }

  /** Number of bytes of the unfinished line; 0 if there is none. */
  get restBytes(): number {
    return this.#restBytes;
  }

  /** Bytes of the unfinished line, until the next push. */
  get rest(): Buffer {
    return this.#memory.subarray(0, this.#restBytes);
  }

  /** Drops the unfinished line, because it has been shown by other means. */
  forget(): void {
    this.#takeRest();
  }

  /** Passes on the rest of an unfinished line: the stream has ended. */
  finish(): void {
    if (this.#restBytes > 0) this.#take(this.#takeRest(), true);
  }

  #takeLines(chunk: Buffer, end: number): void {
    if (this.#restBytes === 0) return this.#take(chunk.subarray(0, end), false);
    const firstEnd = chunk.indexOf(NEWLINE) + 1;
    this.#keep(chunk.subarray(0, firstEnd));
    this.#take(this.#takeRest(), false);
    if (firstEnd < end) this.#take(chunk.subarray(firstEnd, end), false);
  }

  #keep(piece: Buffer): void {
    let from = 0;
    while (this.#restBytes + piece.length - from > LINE_LIMIT) {
      const upTo = from + LINE_LIMIT - this.#restBytes;
      this.#append(piece.subarray(from, upTo));
      this.#take(this.#takeRest(), true);
      from = upTo;
    }
    this.#append(piece.subarray(from));
  }

  #append(piece: Buffer): void {
    const bytes = this.#restBytes + piece.length;
    if (bytes > this.#memory.length) this.#grow(bytes);
    this.#memory.set(piece, this.#restBytes);
    this.#restBytes = bytes;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(LINE_LIMIT, Math.max(FIRST_BYTES, 2 * bytes)));
    larger.set(this.rest);
    this.#memory = larger;
  }

  #takeRest(): Buffer {
    const { rest } = this;
    this.#restBytes = 0;
    return rest;
  }
}
