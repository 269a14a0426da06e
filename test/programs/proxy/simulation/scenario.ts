import fc from 'fast-check';
import type {
  ActiveHealthOptions,
  CircuitBreakerOptions,
  ClusterOptions,
  PassiveHealthOptions,
  RetryOptions,
} from '../../../../src/programs/proxy/options.ts';
import type { Failure } from '../../../../src/programs/proxy/policies/retry.ts';
import { clusterOptions, retryOptions } from '../policies/support.ts';

/** What happens next. `which` picks one of those that there are at the moment, by its rest. */
export type Action =
  | { readonly is: 'time'; readonly passes: number }
  | { readonly is: 'request'; readonly method: 'GET' | 'POST'; readonly random: number; readonly key: string }
  | { readonly is: 'connect'; readonly which: number }
  | { readonly is: 'response'; readonly which: number; readonly status: number; readonly random: number }
  | { readonly is: 'failure'; readonly which: number; readonly failure: Failure; readonly random: number }
  | { readonly is: 'release'; readonly which: number }
  | { readonly is: 'ready'; readonly which: number; readonly isReady: boolean }
  | { readonly is: 'coming'; readonly which: number; readonly isComing: boolean }
  | { readonly is: 'check'; readonly which: number; readonly isPassed: boolean };

export interface Scenario {
  readonly cluster: ClusterOptions;
  readonly retry: RetryOptions;
  readonly actions: readonly Action[];
}

const which = fc.nat({ max: 7 });
/** Of a few values, which shrink to 0, and which floating point has exactly. */
const random = fc.constantFrom(0, 0.5, 0.9375);

const ACTIONS = fc.oneof(
  {
    arbitrary: fc.record({
      is: fc.constant('time' as const),
      passes: fc.constantFrom(1, 20, 300, 5_000, 20_000),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      is: fc.constant('request' as const),
      method: fc.constantFrom('GET' as const, 'POST' as const),
      random,
      key: fc.constantFrom('a', 'b', 'c'),
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ is: fc.constant('connect' as const), which }), weight: 2 },
  {
    arbitrary: fc.record({
      is: fc.constant('response' as const),
      which,
      status: fc.constantFrom(200, 500, 503, 503, 503),
      random,
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      is: fc.constant('failure' as const),
      which,
      failure: fc.constantFrom<Failure>(
        'connect-failure',
        'connect-failure',
        'reset',
        'reset',
        'connect-timeout',
        'refused-stream',
        'reset-before-request',
        'broken',
        'protocol-error',
        'per-try-timeout',
        'timeout',
      ),
      random,
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ is: fc.constant('release' as const), which }), weight: 3 },
  { arbitrary: fc.record({ is: fc.constant('ready' as const), which, isReady: fc.boolean() }), weight: 3 },
  { arbitrary: fc.record({ is: fc.constant('check' as const), which, isPassed: fc.boolean() }), weight: 1 },
);

const endpoints = fc.array(fc.record({ weight: fc.constantFrom(1, 1, 1, 2, 0), isProcess: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});

const trip: fc.Arbitrary<CircuitBreakerOptions['trip']> = fc.option(
  fc.record({
    consecutiveFailures: fc.constantFrom(1, 3),
    timeout: fc.constantFrom(100, 5_000),
    maxRequests: fc.constantFrom(1, 2),
    interval: fc.constantFrom(0, 1_000),
  }),
);

const passive: fc.Arbitrary<PassiveHealthOptions | null> = fc.option(
  fc.record({
    consecutive5XxErrors: fc.constantFrom(1, 2),
    interval: fc.constantFrom(1_000, 10_000),
    baseEjectionTime: fc.constantFrom(1_500, 30_000),
    maxEjectionTime: fc.constantFrom(30_000, 70_000),
    maxEjectionPercent: fc.constantFrom(10, 34, 50, 100),
    alwaysEjectOneEndpoint: fc.boolean(),
  }),
);

const active: fc.Arbitrary<ActiveHealthOptions | null> = fc.option(
  fc.record({
    path: fc.constant('/'),
    timeout: fc.constant(1_000),
    interval: fc.constant(3_000),
    unhealthyThreshold: fc.constantFrom(1, 3),
    healthyThreshold: fc.constantFrom(1, 2),
  }),
);

const cluster: fc.Arbitrary<ClusterOptions> = fc
  .record({
    endpoints,
    protocol: fc.constantFrom('http/1.1' as const, 'h2' as const),
    balancer: fc.constantFrom('LeastRequest', 'RoundRobin', 'Random', 'ConsistentHash'),
    maxConnections: fc.constantFrom(1, 2, 1_024),
    maxPendingRequests: fc.constantFrom(0, 1, 2, 1_024),
    maxParallelRequests: fc.constantFrom(1, 3, 1_024),
    percent: fc.constantFrom(0, 20, 100),
    minRetryConcurrency: fc.constantFrom(0, 1, 3),
    trip,
    passive,
    active,
    holdFor: fc.constantFrom(0, 5_000),
  })
  .map(({ balancer, percent, minRetryConcurrency, trip, ...rest }) => ({
    ...clusterOptions(),
    endpoints: rest.endpoints.map((endpoint, index) => ({
      ...endpoint,
      address: `127.0.0.1:${index}`,
      host: null,
    })),
    protocol: rest.protocol,
    loadBalancer:
      balancer === 'ConsistentHash'
        ? { type: balancer, by: { type: 'SourceIP' } }
        : { type: balancer as 'LeastRequest' },
    circuitBreaker: {
      maxConnections: rest.maxConnections,
      maxPendingRequests: rest.maxPendingRequests,
      maxParallelRequests: rest.maxParallelRequests,
      retryBudget: { percent, minRetryConcurrency },
      trip,
    },
    passive: rest.passive,
    active: rest.active,
    holdFor: rest.holdFor,
  }));

const retry: fc.Arbitrary<RetryOptions> = fc
  .record({
    numRetries: fc.constantFrom(0, 1, 3),
    retryOn: fc.subarray([
      'connect-failure',
      'refused-stream',
      'reset-before-request',
      'reset',
      'gateway-error',
    ]),
    policy: fc.constantFrom('exponential' as const, 'constant' as const),
  })
  .map(({ numRetries, retryOn, policy }) =>
    retryOptions({ numRetries, retryOn, backOff: { baseInterval: 25, maxInterval: 250, policy } }),
  );

export const randomScenario: fc.Arbitrary<Scenario> = fc.record({
  cluster,
  retry,
  actions: fc.array(ACTIONS, { maxLength: 120, size: 'max' }),
});
