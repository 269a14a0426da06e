import { now } from '../../../time/timers.ts';
import type { RouteOptions } from '../options.ts';
import { FaultInjector } from '../policies/fault-injection.ts';
import { RateLimit } from '../policies/rate-limit.ts';
import { RetryPolicy } from '../policies/retry.ts';

/** What a route decides with, while it runs. */
export interface LiveRoute {
  /** `null`: no retries. */
  readonly retry: RetryPolicy | null;
  readonly rateLimit: RateLimit | null;
  readonly faults: FaultInjector | null;
  /** Milliseconds until the head of the response to one attempt; 0: as long as it takes. */
  readonly perTry: number;
  /** Milliseconds until its last byte. */
  readonly backendRequest: number;
}

const liveRoute = (options: RouteOptions): LiveRoute => ({
  retry: options.retry.numRetries === 0 ? null : new RetryPolicy(options.retry),
  rateLimit: options.rateLimit === null ? null : new RateLimit(options.rateLimit, now()),
  faults: options.faultInjection === null ? null : new FaultInjector(options.faultInjection),
  perTry: shorter(options.retry.perRetryTimeout, options.timeouts.backendRequest),
  backendRequest: options.timeouts.backendRequest,
});

/** 0 is no limit. */
const shorter = (one: number, other: number): number =>
  one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);

/** The routes of a listener. One that is the same after a reload goes on with what it has counted. */
export class LiveRoutes {
  readonly #byText = new Map<string, LiveRoute>();
  readonly #byOptions = new Map<RouteOptions, LiveRoute>();

  constructor(routes: readonly RouteOptions[], before: LiveRoutes | null) {
    for (const options of routes) {
      const text = JSON.stringify(options);
      const route = (before === null ? undefined : before.#byText.get(text)) ?? liveRoute(options);
      this.#byText.set(text, route);
      this.#byOptions.set(options, route);
    }
  }

  of(options: RouteOptions): LiveRoute {
    const route = this.#byOptions.get(options);
    if (route === undefined) throw new Error('the route is none of this listener');
    return route;
  }
}
