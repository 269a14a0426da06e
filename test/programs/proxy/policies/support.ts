import type {
  ClusterOptions,
  EndpointOptions,
  RetryOptions,
} from '../../../../src/programs/proxy/options.ts';
import { Cluster } from '../../../../src/programs/proxy/policies/cluster.ts';
import type { Passage } from '../../../../src/programs/proxy/policies/passage.ts';
import { RetryPolicy } from '../../../../src/programs/proxy/policies/retry.ts';

export type Request = Passage<string>;

/** Endpoints that are there all the time. */
export const urls = (...weights: readonly number[]): readonly EndpointOptions[] =>
  weights.map((weight, index) => ({
    address: `127.0.0.1:${4000 + index}`,
    host: null,
    weight,
    isProcess: false,
  }));

/** Instances of a process. */
export const instances = (count: number): readonly EndpointOptions[] =>
  urls(...new Array<number>(count).fill(1)).map((endpoint) => ({ ...endpoint, isProcess: true }));

/** The defaults of an ambassador. */
export const clusterOptions = (changes: Partial<ClusterOptions> = {}): ClusterOptions => ({
  label: 'web',
  endpoints: urls(1),
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
  passive: null,
  active: null,
  holdFor: 0,
  ...changes,
});

export const limits = (
  changes: Partial<ClusterOptions['circuitBreaker']>,
): Pick<ClusterOptions, 'circuitBreaker'> => ({
  circuitBreaker: { ...clusterOptions().circuitBreaker, ...changes },
});

export const passive: NonNullable<ClusterOptions['passive']> = {
  consecutive5XxErrors: 5,
  interval: 10_000,
  baseEjectionTime: 30_000,
  maxEjectionTime: 300_000,
  maxEjectionPercent: 10,
  alwaysEjectOneEndpoint: false,
};

export const newCluster = (changes: Partial<ClusterOptions> = {}): Cluster<string> =>
  new Cluster<string>(clusterOptions(changes), 0);

export const retryOptions = (changes: Partial<RetryOptions> = {}): RetryOptions => ({
  numRetries: 1,
  retryOn: ['connect-failure', 'refused-stream', 'reset-before-request'],
  statusCodes: [],
  headers: [],
  perRetryTimeout: 0,
  backOff: { baseInterval: 25, maxInterval: 250, policy: 'exponential' },
  bodyLimit: 65_536,
  ...changes,
});

export const retryOn = (numRetries: number, ...words: readonly string[]): RetryPolicy =>
  new RetryPolicy(retryOptions({ numRetries, retryOn: words }));

/** A request that is let in. */
export const admitted = (
  cluster: Cluster<string>,
  owner: string,
  { retry = null, method = 'GET' }: { retry?: RetryPolicy | null; method?: string } = {},
): Request => {
  const passage = cluster.admit(owner, retry, method);
  if (passage === null) throw new Error(`${owner} is not let in`);
  return passage;
};

export const owners = (passages: readonly Request[]): readonly string[] => passages.map(({ owner }) => owner);
