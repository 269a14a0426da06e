import type { LogView, Timestamp } from '../control/pod-client.ts';

const PERIOD_MS = 1_000;

/** Lines per second over the last full second that was measured. */
export class OutputRate {
  readonly #log: LogView;
  #count: number;
  #since: Timestamp = 0;
  #rate = 0;

  constructor(log: LogView) {
    this.#log = log;
    this.#count = log.count;
  }

  at(now: Timestamp): number {
    const passed = now - this.#since;
    if (passed < PERIOD_MS) return this.#rate;
    const { count } = this.#log;
    // After a pause it is not known when in it the lines came.
    this.#rate = passed < 2 * PERIOD_MS ? Math.round(((count - this.#count) * 1_000) / passed) : 0;
    this.#count = count;
    this.#since = now;
    return this.#rate;
  }

  /** Time from which on output may change the rate. */
  get mayChangeAt(): Timestamp {
    return this.#since + PERIOD_MS;
  }

  /** The rate drops to 0 without any event. */
  changesAt(now: Timestamp): Timestamp {
    return this.#rate > 0 || this.#log.count !== this.#count ? Math.max(now, this.mayChangeAt) : Infinity;
  }
}
