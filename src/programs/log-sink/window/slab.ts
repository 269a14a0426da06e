/** Records one after the other in a buffer of a fixed size. */
export class Slab {
  /** Number of the first record; the others follow. */
  readonly first: number;
  readonly #bytes: Buffer;
  readonly #ends: number[] = [];

  constructor(first: number, size: number) {
    this.first = first;
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  get size(): number {
    return this.#bytes.length;
  }

  get used(): number {
    return this.#ends.at(-1) ?? 0;
  }

  get records(): number {
    return this.#ends.length;
  }

  /** False: it has no room for this record. */
  add(record: Buffer): boolean {
    const at = this.used;
    if (at + record.length > this.#bytes.length) return false;
    record.copy(this.#bytes, at);
    this.#ends.push(at + record.length);
    return true;
  }

  /** A record by its number among all. */
  record(number: number): Buffer {
    const index = number - this.first;
    return this.#bytes.subarray(this.#ends[index - 1] ?? 0, this.#ends[index]);
  }

  /** Whether this occurs anywhere in it. */
  has(bytes: Buffer): boolean {
    return this.#bytes.subarray(0, this.used).includes(bytes);
  }
}
