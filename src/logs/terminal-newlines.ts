const CARRIAGE_RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Takes away the carriage return before each newline: a terminal ends a line with both. */
export class TerminalNewlines {
  /** Grows to the longest chunk. */
  #memory = Buffer.alloc(0);
  /** True if the chunk before ended with a carriage return, whose newline may follow. */
  #isHeld = false;

  /** Returns a copy, whose memory is used again by the next call. A byte at a time is faster than calls of `indexOf` or strings if lines are short. */
  read(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    if (this.#memory.length <= chunk.length) this.#memory = Buffer.allocUnsafeSlow(chunk.length + 1);
    const copy = this.#memory;
    let end = 0;
    if (this.#isHeld && chunk[0] !== NEWLINE) copy[end++] = CARRIAGE_RETURN;
    this.#isHeld = chunk.at(-1) === CARRIAGE_RETURN;
    const from = chunk.length - (this.#isHeld ? 1 : 0);
    for (let at = 0; at < from; at += 1) {
      const byte = chunk[at] as number;
      if (byte !== CARRIAGE_RETURN || chunk[at + 1] !== NEWLINE) copy[end++] = byte;
    }
    return copy.subarray(0, end);
  }
}
