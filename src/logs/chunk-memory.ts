/** Size of the first block; each is twice the one before. */
const FIRST_BYTES = 1024;
const MOST_BYTES = 256 * 1024;

/**
 * Memory for the chunks of one stream, which lie one after the other in blocks.
 *
 * A chunk keeps its whole block alive as long as its line is remembered. So a block is neither Node's pool nor shared
 * with another process, of which one line a second would keep the whole output; and a process that seldom writes has
 * small ones.
 */
export class ChunkMemory {
  /** Rest of the current block. */
  #free = Buffer.alloc(0);
  #next = FIRST_BYTES;

  /** Returns memory for at least so many bytes. The next call returns the same memory unless `keep` is called. */
  room(bytes: number): Buffer {
    if (this.#free.length < bytes) {
      this.#free = Buffer.allocUnsafeSlow(Math.max(this.#next, bytes));
      this.#next = Math.min(this.#next * 2, MOST_BYTES);
    }
    return this.#free;
  }

  /** Returns the first bytes of the room, which then belong to the caller. */
  keep(bytes: number): Buffer {
    const kept = this.#free.subarray(0, bytes);
    this.#free = this.#free.subarray(bytes);
    return kept;
  }
}
