/**
 * The options of the proxy, as the ready-made sidecars `ambassador` and `egress` write them: every default is filled in,
 * durations are milliseconds (0: none), sizes are bytes, shares are percentages, addresses are `host:port`. What is off is
 * `null`.
 */
export interface ProxyOptions {
  /** Name of the process in the pod's config: `edge`. */
  readonly name: string;
  readonly pod: string;
  readonly admin: string;
  /** Absolute path of the folder with the user's certificates. */
  readonly certificates: string;
  readonly listeners: readonly ListenerOptions[];
  /** What is behind it, by name. Envoy's word. */
  readonly clusters: Readonly<Record<string, ClusterOptions>>;
  readonly accessLog: AccessLogOptions | null;
  readonly tracing: TracingOptions | null;
  /** Requests that are open at a stop have this long to end. */
  readonly drainTimeout: number;
  readonly limits: LimitOptions;
}

export interface LimitOptions {
  /** Connections of clients at the same time, on all listeners. */
  readonly connections: number;
  /** Of all headers of a request together. Beyond it: 431. */
  readonly headerBytes: number;
  /** All bodies that wait in memory to be sent again, together. */
  readonly heldBytes: number;
}

export interface ListenerOptions {
  /** Name of the port: `https`. */
  readonly name: string;
  readonly listen: string;
  /**
   * `http`: requests. `tcp`: bytes. `auto`: HTTP/2 as requests and everything else as bytes, for TLS without any option
   * that needs HTTP. `redirect`: every request is sent to `redirectTo`. `forward`: a forward proxy.
   */
  readonly kind: 'http' | 'tcp' | 'auto' | 'redirect' | 'forward';
  readonly tls: ServerTlsOptions | null;
  /** The first that matches counts. Of `tcp` and `auto`: one without matches and with one cluster. */
  readonly routes: readonly RouteOptions[];
  /** Authority of the redirects of a `redirect`: `localhost:41234`. */
  readonly redirectTo: string | null;
  /** Headers that tell the upstream of the client. `none` for calls out: they are nobody else's business. */
  readonly forwarded: 'x-forwarded' | 'forwarded' | 'both' | 'none';
}

/** TLS towards clients. */
export interface ServerTlsOptions {
  /** Files in PEM; `null`: a leaf of the local CA, renewed while it runs. */
  readonly files: CertificateFiles | null;
  /** Names of the leaf besides `localhost`, `<process>.<pod>.localhost`, `127.0.0.1` and `::1`. */
  readonly names: readonly string[];
  /** Certificates for other names, by SNI: `*.example.test`. */
  readonly sni: Readonly<Record<string, CertificateFiles>>;
  readonly clientAuth: 'none' | 'request' | 'require';
  /** CA file that clients' certificates are checked against; `null`: the local CA. */
  readonly ca: string | null;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Empty: what the client names first, for a listener of bytes. */
  readonly alpn: readonly ('h2' | 'http/1.1')[];
}

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface RouteOptions {
  /** Any of them; empty: every request. */
  readonly matches: readonly MatchOptions[];
  readonly to: readonly WeightedCluster[];
  readonly requestHeaders: HeaderChanges;
  readonly responseHeaders: HeaderChanges;
  readonly urlRewrite: UrlRewrite | null;
  /** In place of a cluster. */
  readonly requestRedirect: RequestRedirect | null;
  readonly cors: CorsOptions | null;
  readonly requestMirror: MirrorOptions | null;
  readonly faultInjection: FaultInjection | null;
  readonly rateLimit: RateLimitOptions | null;
  readonly timeouts: { readonly request: number; readonly backendRequest: number; readonly idle: number };
  readonly retry: RetryOptions;
}

/** All of the parts that are set. */
export interface MatchOptions {
  readonly path: PathMatch | null;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
  readonly method: string | null;
}

export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

export interface ValueMatch {
  readonly type: 'Exact' | 'RegularExpression' | 'Present';
  readonly name: string;
  readonly value: string;
}

export interface WeightedCluster {
  readonly cluster: string;
  readonly weight: number;
}

export interface HeaderChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** Gateway API's: `prefix` replaces the prefix that the route matched, `path` the whole path. */
export interface UrlRewrite {
  readonly hostname: string | null;
  readonly path: string | null;
  readonly prefix: string | null;
}

export interface RequestRedirect extends UrlRewrite {
  readonly scheme: 'http' | 'https' | null;
  readonly port: number | null;
  readonly statusCode: 301 | 302 | 303 | 307 | 308;
}

export interface CorsOptions {
  /** `*`, `https://app.test`, or with a `*` for a label: `https://*.app.test`. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** Seconds, as in the header. */
  readonly maxAge: number;
}

export interface MirrorOptions {
  readonly cluster: string;
  readonly percent: number;
}

export interface FaultInjection {
  readonly delay: { readonly fixedDelay: number; readonly percentage: number } | null;
  readonly abort: {
    readonly httpStatus: number | null;
    readonly grpcStatus: number | null;
    readonly percentage: number;
  } | null;
  /** True: Envoy's `x-envoy-fault-…` headers of a request ask for faults of their own. */
  readonly byHeader: boolean;
  /** The first requests that fail, every nth that fails; 0: none. With the status of `abort`, else 503. */
  readonly failFirst: number;
  readonly failEvery: number;
}

export interface RateLimitOptions {
  readonly requests: number;
  readonly unit: 'Second' | 'Minute' | 'Hour';
  /** Tokens of a full bucket. */
  readonly burst: number;
  readonly by: 'all' | 'clientIp' | { readonly header: string };
}

export interface RetryOptions {
  readonly numRetries: number;
  /** Envoy's words: `connect-failure`, `refused-stream`, `reset`, `reset-before-request`, `5xx`, `gateway-error`, … */
  readonly retryOn: readonly string[];
  /** For `retriable-status-codes`. */
  readonly statusCodes: readonly number[];
  /** For `retriable-headers`: a response with one of them. */
  readonly headers: readonly ValueMatch[];
  readonly perRetryTimeout: number;
  readonly backOff: {
    readonly baseInterval: number;
    readonly maxInterval: number;
    /** `exponential` with full jitter as Envoy's; `constant`: `baseInterval` each time, as Dapr's. */
    readonly policy: 'exponential' | 'constant';
  };
  /** A larger body cannot be sent again. */
  readonly bodyLimit: number;
}

export interface ClusterOptions {
  /** For sentences and logs: `web`. */
  readonly label: string;
  readonly endpoints: readonly EndpointOptions[];
  readonly protocol: 'http/1.1' | 'h2';
  readonly tls: ClientTlsOptions | null;
  readonly proxyProtocol: 'v2' | null;
  readonly connectTimeout: number;
  readonly loadBalancer: LoadBalancerOptions;
  readonly circuitBreaker: CircuitBreakerOptions;
  readonly passive: PassiveHealthOptions | null;
  readonly active: ActiveHealthOptions | null;
  /** A request waits this long for an endpoint that is down or starts. */
  readonly holdFor: number;
}

export interface EndpointOptions {
  readonly address: string;
  /**
   * Host of its requests in place of the client's, for a server that is chosen by it: `pay.example.com`, `127.0.0.1:81`;
   * `null`: the client's. The endpoints of a cluster may be different servers.
   */
  readonly host: string | null;
  readonly weight: number;
  /** True: a process of the pod, which comes and goes with its readiness. */
  readonly isProcess: boolean;
}

/** TLS towards a cluster. */
export interface ClientTlsOptions {
  /** CA file; `null`: the public ones and the local CA. */
  readonly ca: string | null;
  /** Own certificate: files, `local` for one of the local CA, `null` for none. */
  readonly certificate: CertificateFiles | 'local' | null;
  readonly serverName: string | null;
  readonly verify: boolean;
}

export type LoadBalancerOptions =
  | { readonly type: 'LeastRequest' | 'RoundRobin' | 'Random' }
  | {
      readonly type: 'ConsistentHash';
      readonly by:
        | { readonly type: 'SourceIP' }
        | { readonly type: 'Header' | 'Cookie' | 'QueryParam'; readonly name: string };
    };

export interface CircuitBreakerOptions {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxParallelRequests: number;
  readonly retryBudget: { readonly percent: number; readonly minRetryConcurrency: number };
  /** Dapr's: open after so many failures in a row, for `timeout`; then `maxRequests` try. `null`: none. */
  readonly trip: {
    readonly consecutiveFailures: number;
    readonly timeout: number;
    readonly maxRequests: number;
    /** Failures are forgotten after this long while it is closed; 0: never. */
    readonly interval: number;
  } | null;
}

export interface PassiveHealthOptions {
  readonly consecutive5XxErrors: number;
  readonly interval: number;
  readonly baseEjectionTime: number;
  readonly maxEjectionTime: number;
  readonly maxEjectionPercent: number;
  readonly alwaysEjectOneEndpoint: boolean;
}

export interface ActiveHealthOptions {
  readonly path: string;
  readonly timeout: number;
  readonly interval: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
}

export interface AccessLogOptions {
  readonly format: 'text' | 'json';
  /** File; `null`: its stdout. */
  readonly path: string | null;
}

export interface TracingOptions {
  /** URL of a collector of OTLP over HTTP, without the path: `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** `service.name` of the spans. */
  readonly service: string;
  /** Share of the traces that begin here, from 0 to 100. One that a client has begun is recorded if it is sampled. */
  readonly percentage: number;
  /** Spans are gathered for so long. OpenTelemetry's word. */
  readonly scheduleDelay: number;
}
