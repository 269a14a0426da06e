const NEWLINE = 10;

/** Cuts a stream of bytes after whole lines. */
export class WholeLines {
  #rest: Buffer | null = null;

  /** Returns the lines that are whole by now, with their newlines; empty if there are none. */
  take(chunk: Buffer): Buffer {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#rest = joined(this.#rest, chunk);
      return Buffer.alloc(0);
    }
    const lines = joined(this.#rest, chunk.subarray(0, end));
    this.#rest = end === chunk.length ? null : chunk.subarray(end);
    return lines;
  }
}

const joined = (before: Buffer | null, after: Buffer): Buffer =>
  before === null ? after : Buffer.concat([before, after]);
