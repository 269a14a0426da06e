import type { RateLimitOptions } from '../options.ts';
import { TokenBucket } from './token-bucket.ts';

const UNITS = { Second: 1_000, Minute: 60_000, Hour: 3_600_000 } as const;

/** 10,000 buckets take about a megabyte. */
const BUCKETS_AT_MOST = 10_000;

/** Looking for full buckets takes half a millisecond: not with each request of somebody who makes keys up. */
const SWEEP_EVERY = 1_000;

/**
 * The local rate limit of a route: a bucket for all requests, or one for each client or value of a header. A full bucket is no
 * different from a new one and is forgotten when room is needed. Without room new keys share one bucket, so that nobody gets more by
 * making up keys.
 *
 * @example
 * const bucket = rateLimit.bucketFor(clientAddress, now);
 * if (!bucket.take(now)) answer(429, { 'retry-after': bucket.secondsToNext(now) });
 */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();
  /** Of all requests, or of those without a key. */
  readonly #shared: TokenBucket;
  /** Of the keys without room. */
  readonly #roomless: TokenBucket;
  #sweptAt: number;

  constructor(options: RateLimitOptions, now: number, most = BUCKETS_AT_MOST) {
    this.#options = options;
    this.#most = most;
    this.#shared = this.#newBucket(options.burst, now);
    this.#roomless = this.#newBucket(options.burst, now);
    this.#sweptAt = now;
  }

  /** Tokens of a full bucket: `x-ratelimit-limit`. */
  get limit(): number {
    return this.#options.burst;
  }

  get buckets(): number {
    return this.#buckets.size;
  }

  /** @param key the client's address or the header's value; `null` for the bucket of all, and of those without the header */
  bucketFor(key: string | null, now: number): TokenBucket {
    if (key === null || this.#options.by === 'all') return this.#shared;
    return this.#buckets.get(key) ?? this.#addBucket(key, now);
  }

  #addBucket(key: string, now: number): TokenBucket {
    if (this.#buckets.size >= this.#most) this.#sweep(now);
    if (this.#buckets.size >= this.#most) return this.#roomless;
    // Who has taken from that one before has no more than what is left there.
    const bucket = this.#newBucket(this.#roomless.tokens(now), now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #newBucket(tokens: number, now: number): TokenBucket {
    const { requests, unit, burst } = this.#options;
    return new TokenBucket(burst, requests / UNITS[unit], tokens, now);
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_EVERY) return;
    this.#sweptAt = now;
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}
