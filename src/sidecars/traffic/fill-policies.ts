import type {
  CircuitBreaker,
  DaprCircuitBreaker,
  HealthCheck,
  LoadBalancer,
  PolicyTimeouts,
  Timeouts,
  TrafficPolicies,
} from '../../config/traffic.ts';
import type * as Program from '../../programs/proxy/options.ts';
import { tripPattern } from './option-schema.ts';
import { milliseconds } from './time.ts';

/** The part of a cluster's options that policies say. */
type FilledPolicies = Omit<Program.ClusterOptions, 'label' | 'endpoints' | 'tls'>;

/** All fields, in both ways to say them. */
export type AnyBreaker = CircuitBreaker & DaprCircuitBreaker;

/** Fields in Dapr's words. */
export const DAPR_BREAKER = ['trip', 'timeout', 'interval', 'maxRequests'] as const;

export const fillPolicies = (policies: TrafficPolicies): FilledPolicies => ({
  protocol: policies.protocol === 'h2c' ? 'h2' : 'http/1.1',
  proxyProtocol: policies.proxyProtocol ?? null,
  connectTimeout: milliseconds(policies.timeouts?.connect, 5_000),
  loadBalancer: fillBalancer(policies.loadBalancer),
  circuitBreaker: fillBreaker(policies.circuitBreaker),
  passive: fillPassive(policies.healthCheck?.passive),
  active: fillActive(policies.healthCheck?.active),
  holdFor: milliseconds(policies.holdFor, 5_000),
});

export const fillTimeouts = ({
  request,
  backendRequest,
  idle,
}: PolicyTimeouts & Timeouts = {}): Program.RouteOptions['timeouts'] => ({
  request: milliseconds(request, 0),
  backendRequest: milliseconds(backendRequest, 0),
  idle: milliseconds(idle, 300_000),
});

const fillBalancer = (balancer: LoadBalancer = { type: 'LeastRequest' }): Program.LoadBalancerOptions =>
  balancer.type === 'ConsistentHash' ? { type: balancer.type, by: balancer.by } : { type: balancer.type };

const fillBreaker = ({
  maxConnections = 1_024,
  maxPendingRequests = 1_024,
  maxParallelRequests = 1_024,
  retryBudget: { percent = 20, minRetryConcurrency = 3 } = {},
  ...dapr
}: AnyBreaker = {}): Program.CircuitBreakerOptions => ({
  ...{ maxConnections, maxPendingRequests, maxParallelRequests },
  retryBudget: { percent, minRetryConcurrency },
  trip: DAPR_BREAKER.some((field) => dapr[field] !== undefined) ? fillTrip(dapr) : null,
});

const fillTrip = ({
  trip = 'consecutiveFailures > 5',
  timeout,
  interval,
  maxRequests = 1,
}: DaprCircuitBreaker): Program.CircuitBreakerOptions['trip'] => {
  const [, comparison, count] = tripPattern.exec(trip) ?? [];
  return {
    // More than five failures are at least six.
    consecutiveFailures: Number(count) + (comparison === '>' ? 1 : 0),
    timeout: milliseconds(timeout, 60_000),
    maxRequests,
    interval: milliseconds(interval, 0),
  };
};

const fillPassive = (
  passive: NonNullable<HealthCheck['passive']> = {},
): Program.PassiveHealthOptions | null =>
  passive === false
    ? null
    : {
        consecutive5XxErrors: passive.consecutive5XxErrors ?? 5,
        interval: milliseconds(passive.interval, 10_000),
        baseEjectionTime: milliseconds(passive.baseEjectionTime, 30_000),
        maxEjectionTime: milliseconds(passive.maxEjectionTime, 300_000),
        maxEjectionPercent: passive.maxEjectionPercent ?? 10,
        alwaysEjectOneEndpoint: passive.alwaysEjectOneEndpoint ?? false,
      };

const fillActive = (active: HealthCheck['active']): Program.ActiveHealthOptions | null =>
  active === undefined
    ? null
    : {
        path: active.path,
        timeout: milliseconds(active.timeout, 1_000),
        interval: milliseconds(active.interval, 3_000),
        unhealthyThreshold: active.unhealthyThreshold ?? 3,
        healthyThreshold: active.healthyThreshold ?? 1,
      };
