/** Fills steadily: in any time it gives at most what it holds, and its rate times that time. */
export class TokenBucket {
  readonly #size: number;
  /** Tokens in a millisecond. */
  readonly #rate: number;
  #tokens: number;
  #at: number;

  constructor(size: number, rate: number, tokens: number, now: number) {
    this.#size = size;
    this.#rate = rate;
    this.#tokens = tokens;
    this.#at = now;
  }

  /** Tokens, and the part of the next one. */
  tokens(now: number): number {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#at) * this.#rate);
    this.#at = now;
    return this.#tokens;
  }

  /** Takes a token, if there is one. */
  take(now: number): boolean {
    const tokens = this.tokens(now);
    if (tokens < 1) return false;
    this.#tokens = tokens - 1;
    return true;
  }

  /** Whole tokens: `x-ratelimit-remaining`. */
  remaining(now: number): number {
    return Math.floor(this.tokens(now));
  }

  /** Whole seconds until there is a token again: `Retry-After`. */
  secondsToNext(now: number): number {
    return this.#secondsTo(1, now);
  }

  /** Whole seconds until it is full: `x-ratelimit-reset`. */
  secondsToFull(now: number): number {
    return this.#secondsTo(this.#size, now);
  }

  isFull(now: number): boolean {
    return this.tokens(now) >= this.#size;
  }

  #secondsTo(tokens: number, now: number): number {
    return Math.max(0, Math.ceil((tokens - this.tokens(now)) / this.#rate / 1_000));
  }
}
