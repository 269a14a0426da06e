import { Slab } from './slab.ts';

const MOST_OF_A_SLAB = 1024 * 1024;

/**
 * The newest records, in no more memory than it may keep. What is oldest goes in whole slabs: a sixteenth of the window
 * at most, so that it is never emptier than that.
 */
export class LogWindow {
  #keep: number;
  #slabs: Slab[] = [];
  #held = 0;
  #next = 1;

  /** `keep`: bytes. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Number that the next record gets. They begin with 1. */
  get next(): number {
    return this.#next;
  }

  /** Number of the oldest record that is still there, or of the next one. */
  get oldest(): number {
    return this.#slabs[0]?.first ?? this.#next;
  }

  get records(): number {
    return this.#next - this.oldest;
  }

  /** Bytes that are allocated. */
  get held(): number {
    return this.#held;
  }

  get slabs(): readonly Slab[] {
    return this.#slabs;
  }

  add(record: Buffer): void {
    if (this.#slabs.at(-1)?.add(record) !== true) this.#addSlab(record.length).add(record);
    this.#next += 1;
  }

  /** Another size: what is too much goes at once. */
  resize(keep: number): void {
    this.#keep = keep;
    this.#makeRoom(0);
  }

  /** A record longer than a slab has one of its own. */
  #addSlab(length: number): Slab {
    const usual = Math.min(MOST_OF_A_SLAB, Math.ceil(this.#keep / 16));
    const slab = new Slab(this.#next, Math.max(usual, length));
    this.#makeRoom(slab.size);
    this.#slabs.push(slab);
    this.#held += slab.size;
    return slab;
  }

  #makeRoom(bytes: number): void {
    while (this.#held + bytes > this.#keep) {
      const oldest = this.#slabs.shift();
      if (oldest === undefined) return;
      this.#held -= oldest.size;
    }
  }
}
