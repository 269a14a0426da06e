import * as z from 'zod/mini';
import {
  boolean,
  count,
  duration,
  expected,
  late,
  list,
  object,
  path,
  text,
} from '../../config/schema/parts.ts';
import { sizePattern } from '../../config/schema/size.ts';
import type { Expectation } from '../../model/failures/config-problem.ts';

const amountOf = (expectation: Expectation) =>
  z.int(expected(expectation)).check(z.gte(0, expected(expectation)));
const oneOf = <const Words extends readonly string[]>(words: Words, expectation: Expectation) =>
  z.enum(words, expected(expectation));

const percentage = z
  .number(expected('percentage'))
  .check(z.gte(0, expected('percentage')), z.lte(100, expected('percentage')));
const amount = amountOf('amount');
const texts = list(text, 'texts');
const status = z
  .int(expected('final-status'))
  .check(z.gte(200, expected('final-status')), z.lte(599, expected('final-status')));
export const size = late(() =>
  z.union(
    [amountOf('size'), z.string(expected('size')).check(z.regex(sizePattern, expected('size')))],
    expected('size'),
  ),
);

/** A path may begin with a reference. */
const urlPath = z.string(expected('url-path')).check(z.regex(/^(?:\/|\$\{)/, expected('url-path')));

const portOr = (expectation: Parameters<typeof expected>[0]) =>
  z.int(expected(expectation)).check(z.gte(1, expected(expectation)), z.lte(65_535, expected(expectation)));
const portNumber = portOr('port-number');
export const portOrAuto = z.union([portOr('port-or-auto'), z.literal('auto')], expected('port-or-auto'));

const server = late(() => object('server', { host: z.optional(path), port: portNumber }));
export const backend = late(() => z.union([path, server], expected('backend')));
export const backends = late(() => {
  const weighted = object('weighted-backend', { name: path, weight: z.optional(amountOf('weight')) });
  const several = list(weighted, 'backends').check(
    z.refine((all) => (all as readonly object[]).length > 0, expected('backends')),
  );
  return z.union([path, server, several], expected('backends'));
});

export const upstreamTls = late(() =>
  object('upstream-tls', {
    certificate: z.optional(z.literal('local', expected('local-certificate'))),
    cert: z.optional(path),
    key: z.optional(path),
    ca: z.optional(path),
    serverName: z.optional(path),
    insecureSkipVerify: z.optional(boolean),
  }),
);

export const serverTls = late(() => {
  const certificate = object('certificate', { cert: path, key: path });
  const options = object('tls', {
    cert: z.optional(path),
    key: z.optional(path),
    names: z.optional(list(path, 'server-names')),
    sni: z.optional(z.record(z.string(), certificate, expected('certificate'))),
    clientAuth: z.optional(oneOf(['none', 'request', 'require'], 'client-auth')),
    ca: z.optional(path),
    minVersion: z.optional(oneOf(['TLSv1.2', 'TLSv1.3'], 'tls-version')),
  });
  return z.union([boolean, options], expected('tls'));
});

const loadBalancer = late(() =>
  object('load-balancer', {
    type: oneOf(['LeastRequest', 'RoundRobin', 'Random', 'ConsistentHash'], 'balancer-type'),
    by: z.optional(
      object('hash-by', {
        type: oneOf(['SourceIP', 'Header', 'Cookie', 'QueryParam'], 'hash-type'),
        name: z.optional(path),
      }),
    ),
  }),
);

const timeouts = {
  request: z.optional(duration),
  backendRequest: z.optional(duration),
  idle: z.optional(duration),
};

const valueMatches = late(() => {
  const match = object('value-match', {
    name: path,
    type: z.optional(oneOf(['Exact', 'RegularExpression', 'Present'], 'match-type')),
    value: z.optional(text),
  });
  return list(match, 'value-matches');
});

const retry = late(() => {
  const statusCode = z
    .int(expected('http-status-codes'))
    .check(z.gte(400, expected('http-status-codes')), z.lte(599, expected('http-status-codes')));
  const backOff = { baseInterval: z.optional(duration), maxInterval: z.optional(duration) };
  const perRetry = {
    timeout: z.optional(duration),
    backOff: z.optional(object('retry-back-off', backOff)),
  };
  return object('retry', {
    numRetries: z.optional(amount),
    retryOn: z.optional(list(text, 'retry-words')),
    retriableStatusCodes: z.optional(list(statusCode, 'http-status-codes')),
    retriableHeaders: z.optional(valueMatches),
    perRetry: z.optional(object('per-retry', perRetry)),
    bodyLimit: z.optional(size),
    policy: z.optional(oneOf(['constant', 'exponential'], 'dapr-policy')),
    duration: z.optional(duration),
    maxInterval: z.optional(duration),
    maxRetries: z.optional(z.int(expected('dapr-retries')).check(z.gte(-1, expected('dapr-retries')))),
    matching: z.optional(
      object('dapr-matching', { httpStatusCodes: z.optional(text), gRPCStatusCodes: z.optional(text) }),
    ),
  });
});

/** Dapr's expression, as far as a proxy has it. */
export const tripPattern = /^\s*consecutiveFailures\s*(>=?)\s*(\d+)\s*$/;

const circuitBreaker = late(() =>
  object('circuit-breaker', {
    maxConnections: z.optional(count),
    maxPendingRequests: z.optional(amount),
    maxParallelRequests: z.optional(count),
    retryBudget: z.optional(
      object('retry-budget', { percent: z.optional(percentage), minRetryConcurrency: z.optional(amount) }),
    ),
    trip: z.optional(z.string(expected('trip')).check(z.regex(tripPattern, expected('trip')))),
    timeout: z.optional(duration),
    interval: z.optional(duration),
    maxRequests: z.optional(count),
  }),
);

const healthCheck = late(() => {
  const passive = object('passive-check', {
    consecutive5XxErrors: z.optional(count),
    interval: z.optional(duration),
    baseEjectionTime: z.optional(duration),
    maxEjectionTime: z.optional(duration),
    maxEjectionPercent: z.optional(percentage),
    alwaysEjectOneEndpoint: z.optional(boolean),
  });
  const active = object('active-check', {
    path: urlPath,
    timeout: z.optional(duration),
    interval: z.optional(duration),
    unhealthyThreshold: z.optional(count),
    healthyThreshold: z.optional(count),
  });
  return object('health-check', {
    passive: z.optional(z.union([z.literal(false), passive], expected('passive-check'))),
    active: z.optional(active),
  });
});

/** The fields of `TrafficPolicies`. */
export const policyFields = {
  protocol: z.optional(oneOf(['http', 'h2c', 'tcp'], 'traffic-protocol')),
  proxyProtocol: z.optional(oneOf(['v2'], 'proxy-protocol')),
  loadBalancer: z.optional(loadBalancer),
  timeouts: z.optional(late(() => object('policy-timeouts', { connect: z.optional(duration), ...timeouts }))),
  retry: z.optional(retry),
  holdFor: z.optional(duration),
  circuitBreaker: z.optional(circuitBreaker),
  healthCheck: z.optional(healthCheck),
};

const headerChanges = late(() => {
  const values = z.record(z.string(), text, expected('header-values'));
  const fields = { set: z.optional(values), add: z.optional(values), remove: z.optional(texts) };
  return object('header-changes', fields);
});

const rewrite = { hostname: z.optional(path), path: z.optional(urlPath), prefix: z.optional(urlPath) };

const redirect = late(() =>
  object('request-redirect', {
    scheme: z.optional(oneOf(['http', 'https'], 'scheme')),
    port: z.optional(portNumber),
    ...rewrite,
    statusCode: z.optional(z.literal([301, 302, 303, 307, 308], expected('redirect-status'))),
  }),
);

const cors = late(() =>
  object('cors', {
    allowOrigins: z.optional(texts),
    allowMethods: z.optional(texts),
    allowHeaders: z.optional(texts),
    exposeHeaders: z.optional(texts),
    allowCredentials: z.optional(boolean),
    maxAge: z.optional(duration),
  }),
);

const faultInjection = late(() => {
  const grpcStatus = amount.check(z.lte(16, expected('amount')));
  const delay = { fixedDelay: duration, percentage: z.optional(percentage) };
  const abort = {
    httpStatus: z.optional(status),
    grpcStatus: z.optional(grpcStatus),
    percentage: z.optional(percentage),
  };
  return object('fault-injection', {
    delay: z.optional(object('fault-delay', delay)),
    abort: z.optional(object('fault-abort', abort)),
    byHeader: z.optional(boolean),
    failFirst: z.optional(amount),
    failEvery: z.optional(amount),
  });
});

const rateLimit = late(() =>
  object('rate-limit', {
    requests: count,
    unit: z.optional(oneOf(['Second', 'Minute', 'Hour'], 'rate-unit')),
    burst: z.optional(count),
    by: z.optional(
      z.union([z.enum(['all', 'clientIp']), object('by-header', { header: path })], expected('rate-by')),
    ),
  }),
);

/** The fields of `TrafficFilters`. */
export const filterFields = {
  requestHeaders: z.optional(headerChanges),
  responseHeaders: z.optional(headerChanges),
  urlRewrite: z.optional(late(() => object('url-rewrite', rewrite))),
  requestRedirect: z.optional(redirect),
  cors: z.optional(cors),
  requestMirror: z.optional(
    late(() => object('request-mirror', { to: backend, percent: z.optional(percentage) })),
  ),
  faultInjection: z.optional(faultInjection),
  rateLimit: z.optional(rateLimit),
};

export const routes = late(() => {
  const pathMatch = object('path-match', {
    type: z.optional(oneOf(['Exact', 'PathPrefix', 'RegularExpression'], 'path-match-type')),
    value: path,
  });
  const match = object('route-match', {
    path: z.optional(z.union([urlPath, pathMatch], expected('path-match'))),
    headers: z.optional(valueMatches),
    queryParams: z.optional(valueMatches),
    method: z.optional(path),
  });
  const route = object('route', {
    matches: z.optional(list(match, 'matches')),
    to: z.optional(backends),
    filters: z.optional(object('filters', filterFields)),
    timeouts: z.optional(object('route-timeouts', timeouts)),
    retry: z.optional(retry),
  });
  return list(route, 'routes');
});

export const tracing = late(() => {
  const to = z.string(expected('collector-url'));
  const options = object('tracing', { to: z.optional(to), percentage: z.optional(percentage) });
  return z.union([z.literal(false), z.literal('auto'), options], expected('tracing'));
});

export const accessLog = late(() => {
  const file = object('access-log', {
    format: z.optional(oneOf(['text', 'json'], 'log-format')),
    path: z.optional(path),
    volume: z.optional(path),
  });
  return z.union([z.literal(false), z.enum(['text', 'json']), file], expected('access-log'));
});
