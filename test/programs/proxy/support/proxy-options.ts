import type {
  ClusterOptions,
  EndpointOptions,
  ListenerOptions,
  ProxyOptions,
  RouteOptions,
  ServerTlsOptions,
} from '../../../../src/programs/proxy/options.ts';

/** What `use: 'ambassador'` fills in for a route to one process. */
export const routeOptions = (changes: Partial<RouteOptions> = {}): RouteOptions => ({
  matches: [],
  to: [{ cluster: 'web', weight: 1 }],
  requestHeaders: { set: {}, add: {}, remove: [] },
  responseHeaders: { set: {}, add: {}, remove: [] },
  urlRewrite: null,
  requestRedirect: null,
  cors: null,
  requestMirror: null,
  faultInjection: null,
  rateLimit: null,
  timeouts: { request: 0, backendRequest: 0, idle: 300_000 },
  retry: {
    numRetries: 1,
    retryOn: ['connect-failure', 'refused-stream', 'reset-before-request'],
    statusCodes: [],
    headers: [],
    perRetryTimeout: 0,
    backOff: { baseInterval: 25, maxInterval: 250, policy: 'exponential' },
    bodyLimit: 65_536,
  },
  ...changes,
});

export const listenerOptions = (changes: Partial<ListenerOptions> = {}): ListenerOptions => ({
  name: 'http',
  listen: '127.0.0.1:0',
  kind: 'http',
  tls: null,
  routes: [routeOptions()],
  redirectTo: null,
  forwarded: 'x-forwarded',
  ...changes,
});

export const serverTlsOptions = (changes: Partial<ServerTlsOptions> = {}): ServerTlsOptions => ({
  files: null,
  names: [],
  sni: {},
  clientAuth: 'none',
  ca: null,
  minVersion: 'TLSv1.2',
  alpn: ['h2', 'http/1.1'],
  ...changes,
});

export const endpointAt = (port: number): EndpointOptions => ({
  address: `127.0.0.1:${port}`,
  weight: 1,
  host: null,
  isProcess: false,
});

export const clusterOptions = (
  ports: readonly number[],
  changes: Partial<ClusterOptions> = {},
): ClusterOptions => ({
  label: 'web',
  endpoints: ports.map(endpointAt),
  protocol: 'http/1.1',
  tls: null,
  proxyProtocol: null,
  connectTimeout: 5_000,
  loadBalancer: { type: 'LeastRequest' },
  circuitBreaker: {
    maxConnections: 1_024,
    maxPendingRequests: 1_024,
    maxParallelRequests: 1_024,
    retryBudget: { percent: 20, minRetryConcurrency: 3 },
    trip: null,
  },
  passive: {
    consecutive5XxErrors: 5,
    interval: 10_000,
    baseEjectionTime: 30_000,
    maxEjectionTime: 300_000,
    maxEjectionPercent: 10,
    alwaysEjectOneEndpoint: false,
  },
  active: null,
  holdFor: 5_000,
  ...changes,
});

/** Options of a proxy in front of one server; a port of 0 is chosen by whoever starts it. */
export const proxyOptions = (upstream: number, changes: Partial<ProxyOptions> = {}): ProxyOptions => ({
  name: 'edge',
  pod: 'test',
  admin: '127.0.0.1:0',
  certificates: '/nonexistent/sidecarctl',
  listeners: [listenerOptions()],
  clusters: { web: clusterOptions([upstream]) },
  accessLog: null,
  tracing: null,
  drainTimeout: 5_000,
  limits: { connections: 20_000, headerBytes: 65_536, heldBytes: 16 * 1024 * 1024 },
  ...changes,
});
