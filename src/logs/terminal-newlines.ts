import { ChunkMemory } from './chunk-memory.ts';

const CARRIAGE_RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Takes away the carriage return before each newline: a terminal ends a line with both. */
export class TerminalNewlines {
  readonly #memory = new ChunkMemory();
  /** True if the chunk before ended with a carriage return, whose newline may follow. */
  #isHeld = false;

  /** Returns a copy. A byte at a time is faster than calls of `indexOf` or strings if lines are short. */
  read(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    const copy = this.#memory.room(chunk.length + 1);
    let end = 0;
    if (this.#isHeld && chunk[0] !== NEWLINE) copy[end++] = CARRIAGE_RETURN;
    this.#isHeld = chunk.at(-1) === CARRIAGE_RETURN;
    const from = chunk.length - (this.#isHeld ? 1 : 0);
    for (let at = 0; at < from; at += 1) {
      const byte = chunk[at] as number;
      if (byte !== CARRIAGE_RETURN || chunk[at + 1] !== NEWLINE) copy[end++] = byte;
    }
    return this.#memory.keep(end);
  }
}
