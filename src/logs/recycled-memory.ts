/** Size of the first slab; each is twice the one before. */
const FIRST_BYTES = 1024;
const MOST_BYTES = 256 * 1024;

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
  #spare: Slab | null = null;
  #next = FIRST_BYTES;

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
    if (slab !== this.#filled && slab.memory.length === MOST_BYTES) this.#spare = slab;
  }

  #slabFor(bytes: number): Slab {
    if (this.#filled !== null && this.#filled.memory.length - this.#filled.used >= bytes) return this.#filled;
    const spare = this.#spare !== null && bytes <= MOST_BYTES ? this.#spare : null;
    if (spare !== null) this.#spare = null;
    this.#filled = spare ?? this.#newSlab(bytes);
    return this.#filled;
  }

  #newSlab(bytes: number): Slab {
    const memory = Buffer.allocUnsafeSlow(Math.max(this.#next, bytes));
    this.#next = Math.min(this.#next * 2, MOST_BYTES);
    return { memory, used: 0, pieces: 0 };
  }
}
