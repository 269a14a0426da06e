/** Calls listeners at most once a turn of the loop, however often there is a reason to. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  #isDue = false;

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Returns a function that ends the calls. */
  add(listener: () => void): () => void {
    // The same function may be added twice, and each addition ends by itself.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  callSoon(): void {
    if (this.#isDue || this.isEmpty) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}
