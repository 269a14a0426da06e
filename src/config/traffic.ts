/** The options of the ready-made sidecars for traffic: `ambassador` in front of an app, `egress` for its calls out. */

import type { PortOf } from './ports-of.ts';
import type { Duration, Size } from './quantities.ts';

/** The address of a server, or a variable that has it: `'https://pay.example.com'`, `'${env.PAY_URL}'`. */
export type ServerUrl = `http://${string}` | `https://${string}` | `tcp://${string}` | `\${env.${string}}`;

/**
 * What requests go to: a process (its first TCP port), a port of one, a port of this machine or of another one, or a URL.
 * The name of an app with several instances means all of them.
 *
 * @example 'web', 'web.http', { port: 3000 }, { host: '10.0.0.7', port: 3000 }, 'http://127.0.0.1:3000'
 */
export type Backend<Process extends string = string> =
  | PortOf<Process>
  | ServerUrl
  | { readonly host?: string; readonly port: number };

/** One of several backends, with its part of the requests. */
export interface WeightedBackend<Process extends string = string> {
  /** A process, a port of one, or a URL. */
  readonly name: PortOf<Process> | ServerUrl;
  /** Its part, beside those of the others. Default 1; 0: none. */
  readonly weight?: number;
}

/** One backend, or several with weights. */
export type Backends<Process extends string = string> =
  | Backend<Process>
  | readonly WeightedBackend<Process>[];

/** Files in PEM, relative to the config's folder. */
export interface CertificateOptions {
  /** The certificate, with those between it and its CA. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

/**
 * TLS towards clients. Without `cert` and `key`, the certificate is one of the local CA.
 *
 * @example { names: ['shop.test'], clientAuth: 'require' }
 */
export interface TlsOptions extends Partial<CertificateOptions> {
  /**
   * Names of the certificate of the local CA, besides `localhost`, `<sidecar>.<pod>.localhost`, `127.0.0.1` and `::1`. The
   * CA issues none but for localhost, `.localhost`, `.test`, `.internal` and loopback addresses.
   */
  readonly names?: readonly string[];
  /** Certificates for other names that clients ask for (SNI): `{ '*.example.test': { cert, key } }`. */
  readonly sni?: Readonly<Record<string, CertificateOptions>>;
  /** Whether clients need a certificate. Default `'none'`; `'request'`: they may have one. */
  readonly clientAuth?: 'none' | 'request' | 'require';
  /** File with the CAs of clients' certificates. Default: the local CA. */
  readonly ca?: string;
  /** Default `'TLSv1.2'`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/** How requests are spread over the endpoints of a backend. */
export type LoadBalancer =
  /** The less busy one of two, in turn, or by chance. */
  | { readonly type: 'LeastRequest' | 'RoundRobin' | 'Random' }
  /** The same endpoint for the same client address, header, cookie or query parameter. */
  | {
      readonly type: 'ConsistentHash';
      readonly by:
        | { readonly type: 'SourceIP' }
        | { readonly type: 'Header' | 'Cookie' | 'QueryParam'; readonly name: string };
    };

/** Limits of time; 0: none. */
export interface Timeouts {
  /** For a request with all its retries. Default 0, so that a debugger can hold it. */
  readonly request?: Duration;
  /** For each attempt. At most `request`. Default 0. */
  readonly backendRequest?: Duration;
  /** Without data in either direction. Default 5m. */
  readonly idle?: Duration;
}

/** Limits of time, also of what has no requests. */
export interface PolicyTimeouts extends Timeouts {
  /** For a new connection to an endpoint. Default 5s. */
  readonly connect?: Duration;
}

/** When an attempt may be made again, in Envoy's words; the last five are states of gRPC. */
export type RetryOn =
  /** No connection came about. */
  | 'connect-failure'
  /** HTTP/2: the endpoint has not begun with it. */
  | 'refused-stream'
  /** The connection ended before the request was sent. */
  | 'reset-before-request'
  /** The connection ended before a response came. */
  | 'reset'
  /** Any status from 500, and everything above. */
  | '5xx'
  /** 502, 503, 504. */
  | 'gateway-error'
  /** 409. */
  | 'retriable-4xx'
  /** Those in `retriableStatusCodes`. */
  | 'retriable-status-codes'
  /** A response with one of `retriableHeaders`. */
  | 'retriable-headers'
  /** 429, and what says `x-envoy-ratelimited`. */
  | 'envoy-ratelimited'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'internal'
  | 'resource-exhausted'
  | 'unavailable';

/**
 * Retries of requests that failed.
 *
 * @example { numRetries: 3, retryOn: ['connect-failure', 'gateway-error'], perRetry: { timeout: '2s' } }
 */
export interface RetryPolicy {
  /** Default 1. */
  readonly numRetries?: number;
  /** Default `connect-failure`, `refused-stream` and `reset-before-request`: the app has not seen the request then. */
  readonly retryOn?: readonly RetryOn[];
  readonly retriableStatusCodes?: readonly number[];
  readonly retriableHeaders?: readonly HeaderMatch[];
  readonly perRetry?: {
    /** For each attempt; 0: none. Default 0. */
    readonly timeout?: Duration;
    /** The time before an attempt: at random up to `baseInterval`, twice as much each time, up to `maxInterval`. */
    readonly backOff?: {
      /** Default 25ms. */
      readonly baseInterval?: Duration;
      /** Default 10 times `baseInterval`. */
      readonly maxInterval?: Duration;
    };
  };
  /** A request with a larger body is not sent again. Default 64KiB. */
  readonly bodyLimit?: Size;
}

/**
 * Retries in the words of Dapr's resiliency policies.
 *
 * @example { policy: 'constant', duration: '1s', maxRetries: 3, matching: { httpStatusCodes: '429,500-599' } }
 */
export interface DaprRetry {
  /** `'constant'` (default): `duration` before each. `'exponential'`: from 500ms on, up to `maxInterval`. */
  readonly policy?: 'constant' | 'exponential';
  /** Default 5s. */
  readonly duration?: Duration;
  /** Default 60s. */
  readonly maxInterval?: Duration;
  /** -1 (default): until `timeouts.request` is over. */
  readonly maxRetries?: number;
  /** What is tried again besides a failed connection. Default: any status from 500. */
  readonly matching?: {
    /** Codes and ranges: `'429,500-599'`. */
    readonly httpStatusCodes?: string;
    /** Of 1, 4, 8, 13 and 14: `'4,14'`. */
    readonly gRPCStatusCodes?: string;
  };
}

/** Limits of what is open at the same time, per backend. What is beyond them gets 503 with `x-envoy-overloaded: true`. */
export interface CircuitBreaker {
  /** Connections to it. Default 1024. */
  readonly maxConnections?: number;
  /** Requests that wait for a connection. Default 1024. */
  readonly maxPendingRequests?: number;
  /** Requests at the same time. Default 1024. */
  readonly maxParallelRequests?: number;
  /** Retries at the same time: a percentage of the requests, and at least so many. */
  readonly retryBudget?: {
    /** Default 20. */
    readonly percent?: number;
    /** Default 3. */
    readonly minRetryConcurrency?: number;
  };
}

/**
 * A circuit breaker in Dapr's words, which opens after failures. What comes while it is open gets 503.
 *
 * @example { trip: 'consecutiveFailures > 5', timeout: '30s' }
 */
export interface DaprCircuitBreaker {
  /** Requests that try it when `timeout` is over. Default 1. */
  readonly maxRequests?: number;
  /** Failures are forgotten after this long. Default 0: never. */
  readonly interval?: Duration;
  /** How long it is open. Default 60s. */
  readonly timeout?: Duration;
  /** Default `'consecutiveFailures > 5'`. */
  readonly trip?: `consecutiveFailures ${'>' | '>='} ${number}`;
}

/** Which endpoints get requests. */
export interface HealthCheck {
  /** Takes out an endpoint that fails. On by default; `false`: off. */
  readonly passive?:
    | false
    | {
        /** Failures in a row: no connection, no response, or a status from 500. Default 5. */
        readonly consecutive5XxErrors?: number;
        /** Time between two looks for endpoints whose time is over. Default 10s. */
        readonly interval?: Duration;
        /** Taken out for this long, times the number of times. Default 30s. */
        readonly baseEjectionTime?: Duration;
        /** Default 5m. */
        readonly maxEjectionTime?: Duration;
        /** At most this share of the endpoints is out. Default 10. */
        readonly maxEjectionPercent?: number;
        /** True: one may always be out, whatever the share is. Default false. */
        readonly alwaysEjectOneEndpoint?: boolean;
      };
  /** Asks every endpoint by itself. Default: off. */
  readonly active?: {
    /** Healthy is what answers 200 to 299 to a GET of it. */
    readonly path: string;
    /** Default 1s. */
    readonly timeout?: Duration;
    /** Default 3s. */
    readonly interval?: Duration;
    /** Default 3. */
    readonly unhealthyThreshold?: number;
    /** Default 1. */
    readonly healthyThreshold?: number;
  };
}

/** The policies towards what is behind a sidecar. */
export interface TrafficPolicies {
  /**
   * How the backend speaks: HTTP/1.1 (`'http'`, the default), HTTP/2 (`'h2c'`; gRPC needs it), or bytes that are not looked
   * at (`'tcp'`).
   */
  readonly protocol?: 'http' | 'h2c' | 'tcp';
  /** Tells the backend the client's address by the PROXY protocol. Default: it is not told so. */
  readonly proxyProtocol?: 'v2';
  /** Default `{ type: 'LeastRequest' }`. */
  readonly loadBalancer?: LoadBalancer;
  readonly timeouts?: PolicyTimeouts;
  /** Retries, in Envoy's words or in Dapr's. */
  readonly retry?: RetryPolicy | DaprRetry;
  /** What cannot reach an endpoint waits this long for one that starts or restarts. Default 5s. */
  readonly holdFor?: Duration;
  /** Limits in Envoy's words, or a breaker in Dapr's. */
  readonly circuitBreaker?: CircuitBreaker | DaprCircuitBreaker;
  readonly healthCheck?: HealthCheck;
}

/** Changes of headers: `remove` first, then `set`, then `add`. */
export interface HeaderChanges {
  /** In place of what is there. */
  readonly set?: Readonly<Record<string, string>>;
  /** Besides what is there. */
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** Another path or host for the backend. */
export interface UrlRewrite {
  readonly hostname?: string;
  /** In place of the whole path. */
  readonly path?: string;
  /** In place of the prefix that the route matched. */
  readonly prefix?: string;
}

/** An answer that sends the client elsewhere. What is left out stays as it was asked for. */
export interface RequestRedirect extends UrlRewrite {
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  /** Default 302. */
  readonly statusCode?: 301 | 302 | 303 | 307 | 308;
}

/** Which pages of other origins may use the responses. */
export interface Cors {
  /** `'*'`, `'https://app.test'`, or with a `*` for a label. Default `['*']`. */
  readonly allowOrigins?: readonly string[];
  /** Default GET, HEAD, POST, PUT, PATCH, DELETE. */
  readonly allowMethods?: readonly string[];
  /** Default `['*']`. */
  readonly allowHeaders?: readonly string[];
  /** Default none. */
  readonly exposeHeaders?: readonly string[];
  /** Default false. */
  readonly allowCredentials?: boolean;
  /** How long a browser remembers it. Default 5s. */
  readonly maxAge?: Duration;
}

/** Delays and failures on purpose. Percentages are from 0 to 100. */
export interface FaultInjection {
  readonly delay?: {
    readonly fixedDelay: Duration;
    /** Default 100. */
    readonly percentage?: number;
  };
  readonly abort?: {
    readonly httpStatus?: number;
    readonly grpcStatus?: number;
    /** Default 100. */
    readonly percentage?: number;
  };
  /** True: a request can ask for faults by Envoy's `x-envoy-fault-…` headers. Default false. */
  readonly byHeader?: boolean;
  /** The first so many requests fail, with the status of `abort` or 503. Default 0. */
  readonly failFirst?: number;
  /** Every so manyth request fails. Default 0: none. */
  readonly failEvery?: number;
}

/** A limit of requests. What is beyond it gets 429 with `Retry-After`. */
export interface RateLimit {
  readonly requests: number;
  /** Default `'Second'`. */
  readonly unit?: 'Second' | 'Minute' | 'Hour';
  /** At once, when there were none before. Default: `requests`. */
  readonly burst?: number;
  /** Whose requests are counted together. Default `'all'`. */
  readonly by?: 'all' | 'clientIp' | { readonly header: string };
}

/** What happens to a request on its way, and to its response. */
export interface TrafficFilters<Process extends string = string> {
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly urlRewrite?: UrlRewrite;
  readonly requestRedirect?: RequestRedirect;
  readonly cors?: Cors;
  /** Sends a copy of the requests elsewhere. Its answers are thrown away. */
  readonly requestMirror?: {
    readonly to: Backend<Process>;
    /** Default 100. */
    readonly percent?: number;
  };
  readonly faultInjection?: FaultInjection;
  readonly rateLimit?: RateLimit;
}

/** A header or a query parameter, by its value. Default type: `'Exact'`; without a value, it has to be there. */
export interface HeaderMatch {
  readonly name: string;
  readonly type?: 'Exact' | 'RegularExpression' | 'Present';
  readonly value?: string;
}

/** All of the parts that are set. */
export interface RouteMatch {
  /** A text is a prefix that ends at a `/`: `'/api'` has `/api` and `/api/users`. */
  readonly path?:
    | string
    | { readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value: string };
  readonly headers?: readonly HeaderMatch[];
  readonly queryParams?: readonly HeaderMatch[];
  readonly method?: string;
}

/**
 * Where some of the requests go, and what happens to them. The first route that matches counts.
 *
 * @example { matches: [{ path: '/api' }], to: 'api', timeouts: { request: '5s' } }
 */
export interface Route<Process extends string = string> {
  /** Any of them. Default: every request. */
  readonly matches?: readonly RouteMatch[];
  /** Default: `to` of the sidecar. */
  readonly to?: Backends<Process>;
  /** Each in place of the sidecar's own. */
  readonly filters?: TrafficFilters<Process>;
  /** Fields that differ from the sidecar's own. */
  readonly timeouts?: Timeouts;
  /** Fields that differ from the sidecar's own. */
  readonly retry?: RetryPolicy | DaprRetry;
}

/** A line for each request, in the order and with the flags of Envoy. */
export type AccessLog =
  | false
  | 'text'
  | 'json'
  | {
      /** Default `'text'`. */
      readonly format?: 'text' | 'json';
      /** File, relative to the config's folder. The embedded engine and HAProxy make its folder. */
      readonly path?: string;
      /** Volume for a file `<sidecar>.log`. */
      readonly volume?: string;
    };

/**
 * Spans of requests, sent as OTLP over HTTP: one for each request, and one below it for each try to get a response. A trace
 * that a client has begun is joined, if it is sampled.
 *
 * @example { to: 'http://127.0.0.1:4318', percentage: 10 }
 */
export type Tracing =
  /** To the `telemetry` of the pod, if it has one. Engines other than `embedded` send none. */
  | 'auto'
  | false
  | {
      /** URL of a collector, without `/v1/traces`. Default: the `telemetry` of the pod. */
      readonly to?: string;
      /** Share of the traces that begin here, from 0 to 100. Default 100. */
      readonly percentage?: number;
    };

/**
 * Options of `use: 'ambassador'`: a proxy in front of an app.
 *
 * @example { to: 'web', tls: true }
 * @example { to: 'web', routes: [{ matches: [{ path: '/api' }], to: 'api' }], retry: { numRetries: 3 } }
 */
export interface AmbassadorOptions<Process extends string = string>
  extends TrafficPolicies,
    TrafficFilters<Process> {
  /** What requests go to that no route matches. */
  readonly to: Backends<Process>;
  /** `true`: TLS with a certificate of the local CA. Default `false`. */
  readonly tls?: boolean | TlsOptions;
  /** Its port, which others connect to: a number, or `'auto'` (default) for a free one. */
  readonly port?: number | 'auto';
  /** With `tls`: a second port, `http`, that sends clients to the first one. Default: none. */
  readonly redirectPort?: number | 'auto';
  /** Default: none, so that every request goes to `to`. */
  readonly routes?: readonly Route<Process>[];
  /** Default `'text'`, to its own output. */
  readonly accessLog?: AccessLog;
  /** Default `'auto'`: spans for the `telemetry` of the pod, if it has one. */
  readonly tracing?: Tracing;
  /** The headers that tell the app of the client. Default `'x-forwarded'`. */
  readonly forwarded?: 'x-forwarded' | 'forwarded' | 'both';
  /**
   * With a certificate of the local CA: what the others get to trust it. `'node'` (default): `NODE_EXTRA_CA_CERTS`.
   * `'all'`: also `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE`.
   */
  readonly trust?: 'node' | 'all';
}

/** The names of an ambassador's ports, by its options. */
export type AmbassadorPorts<With> = MainPort<With> | RedirectPort<With> | 'admin';

type MainPort<With> = With extends { readonly protocol: 'tcp' }
  ? 'tcp'
  : With extends { readonly tls: infer Tls }
    ? Tls extends false | undefined
      ? 'http'
      : 'https'
    : 'http';

type RedirectPort<With> = With extends { readonly redirectPort: number | 'auto' } ? 'http' : never;

/**
 * TLS towards a server: of `https:` URLs, and of processes of the pod that speak TLS.
 *
 * @example { certificate: 'local' }
 * @example { ca: 'ca.pem', cert: 'client.pem', key: 'client.key', serverName: 'pay.internal' }
 */
export interface UpstreamTls extends Partial<CertificateOptions> {
  /** `'local'`: shows a certificate of the local CA, in place of `cert` and `key`. */
  readonly certificate?: 'local';
  /** File with the CAs of the server. Default: the public ones and the local CA. */
  readonly ca?: string;
  /** Name that the server's certificate must have, and that it is asked for (SNI). Default: the host of the URL. */
  readonly serverName?: string;
  /** True: any certificate will do. Default false. */
  readonly insecureSkipVerify?: boolean;
}

/** One server, or several URLs that stand for the same one. */
export type Upstreams<Process extends string = string> = Backend<Process> | readonly ServerUrl[];

/** A server with policies of its own. They win over the common ones field by field; a filter replaces the common one. */
export interface EgressUpstream<Process extends string = string>
  extends TrafficPolicies,
    TrafficFilters<Process> {
  readonly url: Upstreams<Process>;
  readonly tls?: UpstreamTls;
}

/**
 * Options of `use: 'egress'`: a proxy for an app's calls out. The policies are those of every name in `to`.
 *
 * @example { to: { payments: 'https://pay.example.com' }, retry: { numRetries: 2, retryOn: ['gateway-error', 'reset'] } }
 */
export interface EgressOptions<Process extends string = string>
  extends TrafficPolicies,
    TrafficFilters<Process> {
  /** Servers by name, each of which is a port of the sidecar, and a variable `<NAME>_URL` of the app. */
  readonly to: { readonly [name: string]: Upstreams<Process> | EgressUpstream<Process> };
  /** TLS towards `https:` URLs and processes. Default: only towards `https:` URLs. */
  readonly tls?: UpstreamTls;
  /**
   * True: a port `proxy`, which is the app's proxy for everything else by `HTTP_PROXY` and its kin. Plain HTTP to the host of
   * an `http:` URL in `to` has the policies of that name. Default false.
   */
  readonly forwardProxy?: boolean;
  /** Default `'text'`, to its own output. */
  readonly accessLog?: AccessLog;
  /** Default `'auto'`: spans for the `telemetry` of the pod, if it has one. */
  readonly tracing?: Tracing;
}

/** The names of an egress's ports, by its options. */
export type EgressPorts<With> = NamesIn<With> | ProxyPort<With> | 'admin';

type NamesIn<With> = With extends { readonly to: infer To }
  ? To extends string | readonly unknown[]
    ? never
    : keyof To & string
  : never;

type ProxyPort<With> = With extends { readonly forwardProxy: true } ? 'proxy' : never;
