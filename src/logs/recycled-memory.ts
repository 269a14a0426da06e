/** Size of the first slab; each is twice the one before. */
const FIRST_BYTES = 1024;
const MOST_BYTES = 256 * 1024;
/** Number of slabs that are kept for later: a piece as large as a slab makes the ring drop up to two of them. */
const MOST_SPARE = 2;

interface Slab {
  readonly memory: Buffer;
  used: number;
  /** Number of its pieces that are still kept. */
  pieces: number;
}

/** A copy of bytes. */
export interface Piece {
  readonly bytes: Buffer;
  readonly slab: Slab;
}

/**
 * Memory for pieces of output that are dropped about in the order they were kept. They lie one after the other in slabs,
 * and a slab whose pieces have all been dropped is filled again: what the collector frees, it frees late, so that a flood
 * of new memory made a supervisor four times as large. What seldom writes has small slabs.
 */
export class RecycledMemory {
  #filled: Slab | null = null;
  readonly #spare: Slab[] = [];
  #next = FIRST_BYTES;

  /** Number of bytes that the slab being filled still takes. */
  get room(): number {
    return this.#filled === null ? 0 : this.#filled.memory.length - this.#filled.used;
  }

  keep(bytes: Buffer): Piece {
    const slab = this.#slabFor(bytes.length);
    const end = slab.used + bytes.length;
    const kept = slab.memory.subarray(slab.used, end);
    kept.set(bytes);
    slab.used = end;
    slab.pieces += 1;
    return { bytes: kept, slab };
  }

  drop({ slab }: Piece): void {
    slab.pieces -= 1;
    if (slab.pieces > 0) return;
    slab.used = 0;
    if (slab === this.#filled || slab.memory.length !== MOST_BYTES) return;
    if (this.#spare.length < MOST_SPARE) this.#spare.push(slab);
  }

  #slabFor(bytes: number): Slab {
    if (this.#filled === null || this.room < bytes)
      this.#filled = (bytes <= MOST_BYTES ? this.#spare.pop() : undefined) ?? this.#newSlab(bytes);
    return this.#filled;
  }

  #newSlab(bytes: number): Slab {
    while (this.#next < Math.min(bytes, MOST_BYTES)) this.#next *= 2;
    const memory = Buffer.allocUnsafeSlow(Math.max(this.#next, bytes));
    this.#next = Math.min(this.#next * 2, MOST_BYTES);
    return { memory, used: 0, pieces: 0 };
  }
}
