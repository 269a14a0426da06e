import type { PassiveHealthOptions } from '../../../../src/programs/proxy/options.ts';

/** What Envoy's rules say of the ejections of one endpoint, worked out anew from when it was seen ejected and back. */
export class Ejections {
  readonly #options: PassiveHealthOptions;
  #times = 0;
  #ejectedAt: number | null = null;
  #backAt = 0;

  constructor(options: PassiveHealthOptions) {
    this.#options = options;
  }

  get isEjected(): boolean {
    return this.#ejectedAt !== null;
  }

  ejected(now: number): void {
    const { baseEjectionTime, maxEjectionTime } = this.#options;
    this.#ejectedAt = now;
    // More times than reach the maximum are not counted, so that they need not be taken off either.
    this.#times = Math.min(this.#times + 1, Math.ceil(maxEjectionTime / baseEjectionTime) + 1);
  }

  back(now: number): void {
    this.#ejectedAt = null;
    this.#backAt = now;
  }

  /** At the end of an interval, after those that were due have come back. */
  interval(now: number): void {
    if (this.#ejectedAt === null && now - this.#backAt >= this.#options.interval) {
      this.#times = Math.max(0, this.#times - 1);
    }
  }

  /** It comes back at the first interval from then on. */
  get endsAfter(): number {
    const { baseEjectionTime, maxEjectionTime } = this.#options;
    return (this.#ejectedAt ?? 0) + Math.min(baseEjectionTime * this.#times, maxEjectionTime);
  }
}
