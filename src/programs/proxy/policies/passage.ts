import type { RetryPolicy } from './retry.ts';

/**
 * A request on its way through a cluster, from its admission to its release. The cluster keeps what it has to know of it
 * here, so that nobody looks anything up by request. Its owner only reads it.
 */
export class Passage<Owner> {
  /** Whoever sends the request: given back with the passage when its turn has come. */
  readonly owner: Owner;
  /** Of the route; `null`: no retries. */
  readonly retry: RetryPolicy | null;
  /** True: sending it twice does no more than sending it once (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
  /** Index of the endpoint of the attempt under way; -1: none is under way. */
  endpoint = -1;
  /** Attempts so far. */
  attempts = 0;
  /** Retries so far, of those that the route allows. */
  retries = 0;
  /** Times that it was sent again without a retry, because its connection was reset and an endpoint is waited for. */
  resends = 0;
  /** Milliseconds spent waiting for an endpoint. */
  held = 0;
  /** What it waits for. `null`: it does not wait. */
  waitsFor: 'back-off' | 'endpoint' | 'connection' | null = null;
  waitsSince = 0;
  /** It waits until then at most. */
  dueAt = Number.POSITIVE_INFINITY;
  /** Endpoints that have failed; `null` before the first. */
  tried: number[] | null = null;
  /** Of the breaker when the attempt began: results of an older generation do not count. -1: the breaker has its result. */
  generation = -1;
  /** True: counted in the retry budget. */
  isRetrying = false;
  /** Its attempt finds out whether an endpoint that was down is up: the number of the try, 0 for none. */
  trial = 0;
  isReleased = false;

  constructor(owner: Owner, retry: RetryPolicy | null, isIdempotent: boolean) {
    this.owner = owner;
    this.retry = retry;
    this.isIdempotent = isIdempotent;
  }
}
