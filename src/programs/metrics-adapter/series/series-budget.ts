/** All sources of an adapter together have so many series at most. */
export class SeriesBudget {
  most: number;
  #used = 0;
  /** New series that had no room. */
  refused = 0;

  constructor(most: number) {
    this.most = most;
  }

  get used(): number {
    return this.#used;
  }

  get isFull(): boolean {
    return this.#used >= this.most;
  }

  /** True: there is room for one more. */
  take(): boolean {
    if (this.isFull) {
      this.refused += 1;
      return false;
    }
    this.#used += 1;
    return true;
  }

  give(count: number): void {
    this.#used -= count;
  }
}
