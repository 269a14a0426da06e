import type { RawHeaders } from '../http/upstream.ts';
import type { FaultInjection } from '../options.ts';
import { headerValue } from './header-value.ts';

export interface Fault {
  /** Milliseconds before anything else happens; 0: at once. */
  readonly delay: number;
  /** The answer in place of an endpoint's; `null`: none. */
  readonly abort: Abort | null;
}

/** One of both: `grpcStatus` comes with HTTP 200. */
export interface Abort {
  readonly httpStatus: number | null;
  readonly grpcStatus: number | null;
}

/** What `failFirst` and `failEvery` answer without an `abort`. */
const UNAVAILABLE: Abort = { httpStatus: 503, grpcStatus: null };

/**
 * The faults of a route, with the words of Envoy's fault filter. Delay and abort are decided independently: both may hit one request,
 * the delay first. With `byHeader` a request asks for its own (source/extensions/filters/common/fault/fault_config.cc), which come
 * before those of the options; what is no number there counts as not said.
 *
 * @example
 * const faults = new FaultInjector(options);
 * const fault = faults.next(headers, Math.random(), Math.random()); // null: none
 */
export class FaultInjector {
  readonly #options: FaultInjection;
  readonly #abort: Abort;
  #requests = 0;

  constructor(options: FaultInjection) {
    this.#options = options;
    this.#abort = options.abort ?? UNAVAILABLE;
  }

  /** Once for each request. */
  next(headers: RawHeaders, forDelay: number, forAbort: number): Fault | null {
    this.#requests += 1;
    const delay = this.#delay(headers, forDelay);
    const abort = this.#isCounted() ? this.#abort : this.#abortBy(headers, forAbort);
    return delay === 0 && abort === null ? null : { delay, abort };
  }

  #isCounted(): boolean {
    const { failFirst, failEvery } = this.#options;
    return this.#requests <= failFirst || (failEvery > 0 && this.#requests % failEvery === 0);
  }

  #delay(headers: RawHeaders, random: number): number {
    const { delay, byHeader } = this.#options;
    const asked = byHeader ? numberIn(headers, 'x-envoy-fault-delay-request') : null;
    if (asked !== null) return isHit(percentageIn(headers, 'delay'), random) ? asked : 0;
    return delay !== null && isHit(delay.percentage, random) ? delay.fixedDelay : 0;
  }

  #abortBy(headers: RawHeaders, random: number): Abort | null {
    const { abort, byHeader } = this.#options;
    const asked = byHeader ? askedAbort(headers) : null;
    if (asked !== null) return isHit(percentageIn(headers, 'abort'), random) ? asked : null;
    return abort !== null && isHit(abort.percentage, random) ? this.#abort : null;
  }
}

const isHit = (percentage: number, random: number): boolean => random * 100 < percentage;

const percentageIn = (headers: RawHeaders, fault: 'delay' | 'abort'): number =>
  numberIn(headers, `x-envoy-fault-${fault}-request-percentage`) ?? 100;

/** An HTTP status that is none counts as not said; the one of gRPC is used when there is none of HTTP. */
const askedAbort = (headers: RawHeaders): Abort | null => {
  const httpStatus = numberIn(headers, 'x-envoy-fault-abort-request');
  if (httpStatus !== null && httpStatus >= 200 && httpStatus < 600) return { httpStatus, grpcStatus: null };
  const grpcStatus = numberIn(headers, 'x-envoy-fault-abort-grpc-request');
  return grpcStatus === null ? null : { httpStatus: null, grpcStatus };
};

const numberIn = (headers: RawHeaders, name: string): number | null => {
  const value = headerValue(headers, name)?.trim() ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
};
