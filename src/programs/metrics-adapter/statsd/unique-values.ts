/** StatsD counts the different values of a set in each interval of this length. */
const WINDOW = 10_000;
/** More are not told apart. */
const MOST_VALUES = 10_000;

/** Different values in the last whole window, or in the current one if that is the first. Times are milliseconds. */
export class UniqueValues {
  #values = new Set<string>();
  #began: number | null = null;
  #last: number | null = null;

  add(value: string, now: number): void {
    this.#turn(now);
    if (this.#values.size < MOST_VALUES) this.#values.add(value);
  }

  count(now: number): number {
    this.#turn(now);
    return this.#last ?? this.#values.size;
  }

  #turn(now: number): void {
    this.#began ??= now;
    const windows = Math.floor((now - this.#began) / WINDOW);
    if (windows <= 0) return;
    this.#last = windows === 1 ? this.#values.size : 0;
    this.#values = new Set();
    this.#began += windows * WINDOW;
  }
}
