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
  /** Number of the try under way; 0: none. */
  #trial = 0;
  #trials = 0;
  #pause = FIRST_PAUSE;

  get isTried(): boolean {
    return this.#trial > 0;
  }

  mayBeTried(now: number): boolean {
    return this.until !== null && !this.isTried && now >= this.until;
  }

  /** A request tries it, until it is refused or gets through, or the try ends without either. Gives the number of the try. */
  tryIt(): number {
    this.#trials += 1;
    this.#trial = this.#trials;
    return this.#trial;
  }

  tryEnded(trial: number): void {
    if (trial === this.#trial) this.#trial = 0;
  }

  /** An attempt from before it was down says nothing new. */
  refused(trial: number, now: number): void {
    if (this.until !== null && (trial === 0 || trial !== this.#trial)) return;
    this.until = now + this.#pause;
    this.#trial = 0;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  /** True: it was down. */
  ended(): boolean {
    if (this.until === null) return false;
    this.until = null;
    this.#trial = 0;
    this.#pause = FIRST_PAUSE;
    return true;
  }
}
