import type { ResponseFlag } from './response-flags.ts';

/** Why the proxy answers a request itself. Times are milliseconds. */
export type Cause =
  | { readonly kind: 'no-route' }
  /** The weights of all clusters of the route are 0. */
  | { readonly kind: 'no-cluster' }
  | ({ readonly kind: 'no-endpoint' } & Upstream)
  /** All endpoints that are ready are ejected, or failed their checks. */
  | ({ readonly kind: 'none-healthy'; readonly ejected: number } & Upstream)
  | ({ readonly kind: 'connect-failure'; readonly error: string } & Upstream & AtAddress)
  | ({ readonly kind: 'connect-timeout'; readonly after: number } & Upstream & AtAddress)
  /** The connection ended before the response. */
  | ({ readonly kind: 'upstream-closed'; readonly error: string } & Upstream & AtAddress)
  | ({ readonly kind: 'upstream-protocol'; readonly error: string } & Upstream & AtAddress)
  | ({ readonly kind: 'timeout'; readonly after: number } & Upstream)
  | ({ readonly kind: 'stream-idle'; readonly after: number } & Upstream)
  /** A limit of the circuit breaker, by its name: `maxParallelRequests`. */
  | ({ readonly kind: 'overflow'; readonly limit: string; readonly most: number } & Upstream)
  /** The breaker is open after failures in a row. */
  | ({ readonly kind: 'breaker-open'; readonly failures: number; readonly retryAfter: number } & Upstream)
  | { readonly kind: 'rate-limited'; readonly retryAfter: number }
  | { readonly kind: 'fault'; readonly status: number; readonly grpcStatus: number | null }
  | { readonly kind: 'loop' }
  | { readonly kind: 'bad-request'; readonly error: string }
  | { readonly kind: 'headers-too-large'; readonly most: number }
  /** The proxy cannot do what was asked for: `CONNECT` where there is no forward proxy. */
  | { readonly kind: 'not-possible'; readonly what: string };

interface Upstream {
  /** Label of the cluster: `web`. */
  readonly cluster: string;
  /** What is known of the process behind it, as a sentence: `It restarts.`; `null`: nothing, or it is none. */
  readonly process: { readonly name: string; readonly state: string } | null;
}

interface AtAddress {
  readonly address: string;
}

interface CauseFacts {
  readonly status: number;
  readonly flag: ResponseFlag | null;
}

/** The status and the flag of a cause, as Envoy has them. */
export const causeFacts = (cause: Cause): CauseFacts => {
  switch (cause.kind) {
    case 'fault':
      return { status: cause.status, flag: 'FI' };
    case 'loop':
      return { status: 508, flag: null };
    default:
      return FACTS[cause.kind];
  }
};

const FACTS: Readonly<Record<Exclude<Cause['kind'], 'fault' | 'loop'>, CauseFacts>> = {
  'no-route': { status: 404, flag: 'NR' },
  'no-cluster': { status: 503, flag: 'UH' },
  'no-endpoint': { status: 503, flag: 'UH' },
  'none-healthy': { status: 503, flag: 'UH' },
  'connect-failure': { status: 503, flag: 'UF' },
  'connect-timeout': { status: 503, flag: 'UF' },
  'upstream-closed': { status: 503, flag: 'UC' },
  'upstream-protocol': { status: 502, flag: 'UPE' },
  timeout: { status: 504, flag: 'UT' },
  'stream-idle': { status: 504, flag: 'SI' },
  overflow: { status: 503, flag: 'UO' },
  'breaker-open': { status: 503, flag: 'UO' },
  'rate-limited': { status: 429, flag: 'RL' },
  'bad-request': { status: 400, flag: 'DPE' },
  'headers-too-large': { status: 431, flag: 'DPE' },
  'not-possible': { status: 501, flag: null },
};
