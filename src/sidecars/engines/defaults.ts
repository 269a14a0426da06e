import type { ClusterOptions, ProxyOptions, RouteOptions } from '../../programs/proxy/options.ts';

/**
 * What a proxy's options are when a config says nothing. An engine is never blamed for not doing what nobody asked for.
 */
export const ROUTE_DEFAULTS = {
  timeouts: { request: 0, backendRequest: 0, idle: 300_000 },
  retry: {
    numRetries: 1,
    retryOn: ['connect-failure', 'refused-stream', 'reset-before-request'],
    statusCodes: [],
    headers: [],
    perRetryTimeout: 0,
    backOff: { baseInterval: 25, maxInterval: 250, policy: 'exponential' },
    bodyLimit: 64 * 1024,
  },
} as const satisfies Pick<RouteOptions, 'timeouts' | 'retry'>;

export const CLUSTER_DEFAULTS = {
  holdFor: 5_000,
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
} as const satisfies Pick<ClusterOptions, 'holdFor' | 'circuitBreaker' | 'passive'>;

export const LIMIT_DEFAULTS = {
  connections: 20_000,
  headerBytes: 64 * 1024,
  heldBytes: 64 * 1024 * 1024,
} as const satisfies ProxyOptions['limits'];
