import type { RawHeaders } from '../http/upstream.ts';
import type { CorsOptions } from '../options.ts';
import { headerIn, isNamed } from './raw-headers.ts';
import type { RoutedRequest } from './routed-request.ts';

/** Cross-origin requests of a route. */
export interface Cors {
  /**
   * Headers of the answer to a preflight request. `null`: it is none, or its origin is not allowed. Then the app answers
   * it, as behind Envoy.
   */
  readonly preflight: (request: RoutedRequest) => RawHeaders | null;
  /** The headers of a response, with those that allow the origin of the request in place of the app's. */
  readonly allow: (request: RoutedRequest, response: RawHeaders) => RawHeaders;
}

export const compileCors = (options: CorsOptions): Cors => {
  const isAllowed = compileOrigins(options.allowOrigins);
  const originOf = ({ headers }: RoutedRequest): string | null => {
    const origin = headerIn(headers, 'origin');
    return origin !== null && isAllowed(origin) ? origin : null;
  };
  const vary = isForAll(options) ? [] : ['vary', 'origin'];
  return {
    preflight: (request) => {
      const origin = request.method === 'OPTIONS' ? originOf(request) : null;
      const method = origin === null ? null : headerIn(request.headers, 'access-control-request-method');
      if (origin === null || method === null) return null;
      const wanted = headerIn(request.headers, 'access-control-request-headers');
      return [...allowance(options, origin), ...preflightOnly(options, method, wanted), ...vary];
    },
    allow: (request, response) => {
      const origin = originOf(request);
      if (origin === null) return [...response, ...vary];
      const exposed = listOf('access-control-expose-headers', options.exposeHeaders);
      return [...withoutOwn(response), ...allowance(options, origin), ...exposed, ...vary];
    },
  };
};

/** The answer is the same for every origin, so that a cache need not tell them apart. */
const isForAll = ({ allowOrigins, allowCredentials }: CorsOptions): boolean =>
  allowOrigins.includes('*') && !allowCredentials;

const allowance = (options: CorsOptions, origin: string): readonly string[] => [
  // Browsers refuse a `*` in an answer that allows credentials.
  ...['access-control-allow-origin', isForAll(options) ? '*' : origin],
  ...(options.allowCredentials ? ['access-control-allow-credentials', 'true'] : []),
];

const preflightOnly = (options: CorsOptions, method: string, wanted: string | null): readonly string[] => [
  ...listOf('access-control-allow-methods', named(options, options.allowMethods, method)),
  ...listOf('access-control-allow-headers', named(options, options.allowHeaders, wanted)),
  ...['access-control-max-age', String(options.maxAge)],
];

/** With credentials a `*` is a name like any other, so that what was asked for stands in its place. */
const named = (
  { allowCredentials }: CorsOptions,
  allowed: readonly string[],
  wanted: string | null,
): readonly string[] => {
  if (!allowed.includes('*')) return allowed;
  if (!allowCredentials) return ['*'];
  return wanted === null ? [] : [wanted];
};

const listOf = (name: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [name, values.join(', ')];

const withoutOwn = (response: RawHeaders): readonly string[] => {
  const kept: string[] = [];
  for (let at = 0; at + 1 < response.length; at += 2) {
    const name = response[at] ?? '';
    if (!REPLACED.some((own) => isNamed(name, own))) kept.push(name, response[at + 1] ?? '');
  }
  return kept;
};

const REPLACED = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
];

/** A `*` within an origin stands for labels of a host, or for a port. */
const compileOrigins = (allowed: readonly string[]): ((origin: string) => boolean) => {
  if (allowed.includes('*')) return () => true;
  const whole = new Set(allowed.map((origin) => origin.toLowerCase()));
  const patterns = allowed.filter((origin) => origin.includes('*')).map(patternOf);
  return (origin) => {
    const lower = origin.toLowerCase();
    return whole.has(lower) || patterns.some((pattern) => pattern.test(lower));
  };
};

const patternOf = (origin: string): RegExp => {
  const literal = origin.toLowerCase().replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '[^/:]+')}$`);
};
