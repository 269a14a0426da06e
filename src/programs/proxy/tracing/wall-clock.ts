/** Two readings of clocks that differ by more have been set apart by a change of the wall clock. */
const SLACK = 1.5;

/**
 * The time of day of moments on a clock that never goes back, in milliseconds with fractions. `Date.now()` has no fractions: a
 * span would begin up to a millisecond before what has caused it. The largest difference of the two clocks is the true one,
 * as `Date.now()` is rounded down.
 */
export class WallClock {
  #difference = Number.NEGATIVE_INFINITY;

  /** Both clocks, read at the same moment. */
  read(wall: number, steady: number): void {
    const difference = wall - steady;
    if (difference > this.#difference || difference < this.#difference - SLACK) this.#difference = difference;
  }

  at(steady: number): number {
    return this.#difference + steady;
  }
}
