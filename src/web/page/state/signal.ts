/** Tells views that something has changed, at most once for each `turn`, which a browser calls before it draws a frame. */
export class Signal {
  readonly #listeners = new Set<() => void>();
  readonly #onTurn: (call: () => void) => void;
  #isWaiting = false;
  /** Grows with each change that listeners have been told of. */
  version = 0;

  constructor(onTurn: (call: () => void) => void) {
    this.#onTurn = onTurn;
  }

  changed(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#onTurn(() => {
      this.#isWaiting = false;
      this.version += 1;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}
