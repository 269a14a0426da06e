import type {
  Cors,
  FaultInjection,
  HeaderChanges,
  RateLimit,
  RequestRedirect,
  TrafficFilters,
  UrlRewrite,
} from '../../config/traffic.ts';
import type * as Program from '../../programs/proxy/options.ts';
import { milliseconds } from './time.ts';

type FilledFilters = Omit<
  Pick<Program.RouteOptions, keyof TrafficFilters & keyof Program.RouteOptions>,
  'requestMirror'
>;

/** `base`: what the URL of the backend puts before every path. */
export const fillFilters = (filters: TrafficFilters, base: string | null): FilledFilters => ({
  requestHeaders: fillChanges(filters.requestHeaders),
  responseHeaders: fillChanges(filters.responseHeaders),
  urlRewrite: fillRewrite(filters.urlRewrite, base),
  requestRedirect: filters.requestRedirect === undefined ? null : fillRedirect(filters.requestRedirect),
  cors: filters.cors === undefined ? null : fillCors(filters.cors),
  faultInjection: filters.faultInjection === undefined ? null : fillFaults(filters.faultInjection),
  rateLimit: filters.rateLimit === undefined ? null : fillRateLimit(filters.rateLimit),
});

const fillChanges = ({ set = {}, add = {}, remove = [] }: HeaderChanges = {}): Program.HeaderChanges => ({
  ...{ set, add, remove },
});

const fillRewrite = (rewrite: UrlRewrite | undefined, base: string | null): Program.UrlRewrite | null => {
  if (rewrite === undefined && base === null) return null;
  const { hostname = null, path = null, prefix = base } = rewrite ?? {};
  return { hostname, path, prefix: path === null ? prefix : null };
};

const fillRedirect = (redirect: RequestRedirect): Program.RequestRedirect => ({
  hostname: redirect.hostname ?? null,
  path: redirect.path ?? null,
  prefix: redirect.prefix ?? null,
  scheme: redirect.scheme ?? null,
  port: redirect.port ?? null,
  statusCode: redirect.statusCode ?? 302,
});

const fillCors = ({
  allowOrigins = ['*'],
  allowMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders = ['*'],
  exposeHeaders = [],
  allowCredentials = false,
  maxAge,
}: Cors): Program.CorsOptions => ({
  ...{ allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials },
  // The header counts seconds.
  maxAge: Math.round(milliseconds(maxAge, 5_000) / 1_000),
});

const fillFaults = ({
  delay,
  abort,
  byHeader = false,
  failFirst = 0,
  failEvery = 0,
}: FaultInjection): Program.FaultInjection => ({
  delay:
    delay === undefined
      ? null
      : { fixedDelay: milliseconds(delay.fixedDelay, 0), percentage: delay.percentage ?? 100 },
  abort:
    abort === undefined
      ? null
      : {
          httpStatus: abort.httpStatus ?? null,
          grpcStatus: abort.grpcStatus ?? null,
          percentage: abort.percentage ?? 100,
        },
  ...{ byHeader, failFirst, failEvery },
});

const fillRateLimit = ({
  requests,
  unit = 'Second',
  burst = requests,
  by = 'all',
}: RateLimit): Program.RateLimitOptions => ({ requests, unit, burst, by });
