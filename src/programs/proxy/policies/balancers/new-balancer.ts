import type { EndpointOptions, LoadBalancerOptions } from '../../options.ts';
import type { Active, Balancer } from './balancer.ts';
import { ConsistentHash } from './consistent-hash.ts';
import { LeastRequest } from './least-request.ts';
import { Random } from './random.ts';
import { RoundRobin } from './round-robin.ts';

export const newBalancer = (
  { type }: LoadBalancerOptions,
  endpoints: readonly EndpointOptions[],
  active: Active,
): Balancer => {
  const weights = endpoints.map(({ weight }) => weight);
  switch (type) {
    case 'LeastRequest':
      return new LeastRequest(weights, active);
    case 'RoundRobin':
      return new RoundRobin(weights);
    case 'Random':
      return new Random(weights);
    case 'ConsistentHash':
      return new ConsistentHash(endpoints);
  }
};
