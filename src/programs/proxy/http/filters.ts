import { now } from '../../../time/timers.ts';
import type { RateLimitOptions } from '../options.ts';
import type { Abort } from '../policies/fault-injection.ts';
import type { Cause } from '../routing/cause.ts';
import { headerIn } from '../routing/raw-headers.ts';
import { locationOf } from '../routing/rewrite.ts';
import type { RouteMatch } from '../routing/router.ts';
import type { Downstream } from './downstream.ts';
import type { LiveRoute } from './live-route.ts';
import type { RawHeaders } from './upstream.ts';

/** A response that a route asks for in place of an endpoint's. It has no body. */
interface RouteAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
}

/** What a route does with a request before any cluster has it. */
export interface Filtered {
  /** Milliseconds before anything else; 0: at once. */
  readonly delay: number;
  /** `null`: the request goes on to a cluster. */
  readonly answer: Cause | RouteAnswer | null;
}

/** `null`: the request goes on to a cluster, at once. */
export const filter = (client: Downstream, match: RouteMatch, live: LiveRoute): Filtered | null => {
  const answer = routeAnswer(client, match) ?? limited(client, match, live);
  if (answer !== null) return { delay: 0, answer };
  const fault = live.faults?.next(client.headers, Math.random(), Math.random()) ?? null;
  if (fault === null) return null;
  return { delay: fault.delay, answer: fault.abort === null ? null : faultCause(fault.abort) };
};

const NO_BODY: RawHeaders = ['content-length', '0'];

const routeAnswer = (client: Downstream, { route, prefix }: RouteMatch): RouteAnswer | null => {
  const { requestRedirect } = route.options;
  if (requestRedirect !== null)
    return {
      status: requestRedirect.statusCode,
      headers: ['location', locationOf(client, requestRedirect, prefix), ...NO_BODY],
    };
  const headers = route.cors?.preflight(client) ?? null;
  return headers === null ? null : { status: 204, headers };
};

const limited = (client: Downstream, { route }: RouteMatch, { rateLimit }: LiveRoute): Cause | null => {
  const { rateLimit: options } = route.options;
  if (rateLimit === null || options === null) return null;
  const at = now();
  const bucket = rateLimit.bucketFor(limitKey(client, options), at);
  return bucket.take(at) ? null : { kind: 'rate-limited', retryAfter: bucket.secondsToNext(at) * 1000 };
};

const limitKey = ({ ip, headers }: Downstream, { by }: RateLimitOptions): string | null => {
  if (by === 'all') return null;
  return by === 'clientIp' ? ip : headerIn(headers, by.header.toLowerCase());
};

const faultCause = ({ httpStatus, grpcStatus }: Abort): Cause => ({
  kind: 'fault',
  status: httpStatus ?? 200,
  grpcStatus,
});
