import type { CircuitBreakerOptions } from '../options.ts';

type Trip = NonNullable<CircuitBreakerOptions['trip']>;

/**
 * The breaker that Dapr has (sony/gobreaker underneath): closed until `consecutiveFailures` in a row, then open for `timeout`, in
 * which every request is refused, then half open: `maxRequests` may try. As many successes close it, and one failure opens it
 * again. Results of requests that began before the state changed do not count.
 *
 * @example
 * const breaker = new Breaker({ consecutiveFailures: 5, timeout: 60_000, maxRequests: 1, interval: 0 }, now);
 */
export class Breaker {
  readonly #options: Trip;
  state: 'closed' | 'open' | 'half-open' = 'closed';
  /** Goes up whenever the state changes or failures are forgotten. */
  generation = 0;
  #until = Number.POSITIVE_INFINITY;
  #failures = 0;
  #successes = 0;
  /** Requests that were let through in this generation, while half open. */
  #tries = 0;

  constructor(options: Trip, now: number) {
    this.#options = options;
    this.#enter('closed', now);
  }

  mayPass(now: number): boolean {
    this.#look(now);
    if (this.state === 'half-open') return this.#tries < this.#options.maxRequests;
    return this.state === 'closed';
  }

  /** A request goes through. Gives the generation that its result is reported with. */
  pass(): number {
    this.#tries += 1;
    return this.generation;
  }

  succeeded(generation: number, now: number): void {
    this.#look(now);
    if (generation !== this.generation) return;
    this.#failures = 0;
    this.#successes += 1;
    if (this.state === 'half-open' && this.#successes >= this.#options.maxRequests)
      this.#enter('closed', now);
  }

  failed(generation: number, now: number): void {
    this.#look(now);
    if (generation !== this.generation) return;
    this.#failures += 1;
    const isTooMany = this.#failures >= this.#options.consecutiveFailures;
    if (this.state === 'half-open' || isTooMany) this.#enter('open', now);
  }

  /** Ended without a result: its client has gone. Another one may try in its place. */
  forgot(generation: number): void {
    if (generation === this.generation) this.#tries -= 1;
  }

  #look(now: number): void {
    if (now < this.#until) return;
    this.#enter(this.state === 'open' ? 'half-open' : 'closed', now);
  }

  #enter(state: 'closed' | 'open' | 'half-open', now: number): void {
    this.state = state;
    this.generation += 1;
    this.#failures = 0;
    this.#successes = 0;
    this.#tries = 0;
    this.#until = this.#endOf(state, now);
  }

  #endOf(state: 'closed' | 'open' | 'half-open', now: number): number {
    const { interval, timeout } = this.#options;
    if (state === 'open') return now + timeout;
    return state === 'closed' && interval > 0 ? now + interval : Number.POSITIVE_INFINITY;
  }
}
