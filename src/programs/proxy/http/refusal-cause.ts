import type { EndpointProcess } from '../endpoints/process-states.ts';
import type { Refusal } from '../policies/cluster.ts';
import type { Failure } from '../policies/retry.ts';
import type { Cause } from '../routing/cause.ts';
import type { LiveCluster } from './live-cluster.ts';

/** What is known of the process behind an address; `null`: nothing. */
export type ProcessAt = (address: string) => EndpointProcess | null;

/** Why a request to a cluster was sent to none of its endpoints. */
export const refusalCause = (
  refusal: Refusal | 'too-many',
  cluster: LiveCluster,
  processAt: ProcessAt,
): Cause => {
  const { policy, options } = cluster;
  const [first] = options.endpoints;
  const of = { cluster: options.label, process: first === undefined ? null : processAt(first.address) };
  const { maxPendingRequests, maxParallelRequests, trip } = options.circuitBreaker;
  switch (refusal) {
    case 'open':
      return {
        kind: 'breaker-open',
        failures: trip?.consecutiveFailures ?? 0,
        retryAfter: trip?.timeout ?? 0,
        ...of,
      };
    case 'overflow':
      return { kind: 'overflow', limit: 'maxPendingRequests', most: maxPendingRequests, ...of };
    case 'too-many':
      return { kind: 'overflow', limit: 'maxParallelRequests', most: maxParallelRequests, ...of };
    case 'none-ready':
      return { kind: 'no-endpoint', ...of };
    case 'none-healthy':
      return { kind: 'none-healthy', ejected: policy.outlier?.ejected ?? 0, ...of };
    default:
      return refusal satisfies never;
  }
};

interface Failed {
  readonly failure: Failure;
  readonly error: string;
  readonly address: string;
  /** Milliseconds that the attempt or the request was given. */
  readonly within: number;
}

/** Why a request has no answer of the endpoint that it was sent to. */
export const failureCause = (
  { failure, error, address, within }: Failed,
  cluster: LiveCluster,
  processAt: ProcessAt,
): Cause => {
  const of = { cluster: cluster.options.label, process: processAt(address) };
  switch (failure) {
    case 'connect-failure':
      return { kind: 'connect-failure', error, address, ...of };
    case 'connect-timeout':
      return { kind: 'connect-timeout', after: cluster.options.connectTimeout, address, ...of };
    case 'protocol-error':
      return { kind: 'upstream-protocol', error, address, ...of };
    case 'per-try-timeout':
    case 'timeout':
      return { kind: 'timeout', after: within, ...of };
    case 'refused-stream':
    case 'reset-before-request':
    case 'reset':
    case 'broken':
      return { kind: 'upstream-closed', error, address, ...of };
    default:
      return failure satisfies never;
  }
};
