const CARRIAGE_RETURN = 0x0d;

/** Takes away the carriage return before each newline: a terminal ends a line with both. */
export class TerminalNewlines {
  /** True if the chunk before ended with a carriage return, whose newline may follow. */
  #isHeld = false;

  read(chunk: Buffer): Buffer {
    if (!this.#isHeld && !chunk.includes(CARRIAGE_RETURN)) return chunk;
    const text = `${this.#isHeld ? '\r' : ''}${chunk.toString('latin1')}`;
    this.#isHeld = text.endsWith('\r');
    const read = this.#isHeld ? text.slice(0, -1) : text;
    return Buffer.from(read.replaceAll('\r\n', '\n'), 'latin1');
  }
}
