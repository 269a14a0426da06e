/** From the first refusal to the next try, and at most. A start of Node takes longer than the first, and nobody notices the second. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 250;

/**
 * An endpoint that has refused a connection is down. One request after the other tries it, at growing intervals, instead of all that
 * wait; it is up again with the first that gets through.
 */
export class Downtime {
  /** Time of the next try; `null`: it is up. */
  until: number | null = null;
  /** One tries. */
  isTried = false;
  #pause = FIRST_PAUSE;

  refused(now: number): void {
    if (this.until !== null && !this.isTried) return;
    this.until = now + this.#pause;
    this.isTried = false;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  mayBeTried(now: number): boolean {
    return this.until !== null && !this.isTried && now >= this.until;
  }

  /** True: it was down. */
  ended(): boolean {
    if (this.until === null) return false;
    this.until = null;
    this.isTried = false;
    this.#pause = FIRST_PAUSE;
    return true;
  }
}
