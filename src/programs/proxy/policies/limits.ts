import type { CircuitBreakerOptions } from '../options.ts';

/**
 * How many at the same time: Envoy's circuit breakers and its retry budget
 * (source/common/upstream/resource_manager_impl.h), counted for one cluster.
 */
export class Limits {
  readonly #options: CircuitBreakerOptions;
  /** Requests that do not wait for an endpoint or a connection. */
  requests = 0;
  /** Requests that wait for one. */
  pending = 0;
  /** Retries from the decision to their end, back-off and all. */
  retries = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Requests that were let in and have not ended. */
  get all(): number {
    return this.requests + this.pending;
  }

  get freeRequests(): number {
    return this.#options.maxParallelRequests - this.requests;
  }

  get mayWait(): boolean {
    return this.pending < this.#options.maxPendingRequests;
  }

  /** A share of all requests at the moment, and always so many that a quiet cluster can retry at all. */
  get mayRetry(): boolean {
    const { percent, minRetryConcurrency } = this.#options.retryBudget;
    const budget = Math.floor((percent / 100) * this.all);
    return this.retries < Math.max(budget, minRetryConcurrency);
  }
}
