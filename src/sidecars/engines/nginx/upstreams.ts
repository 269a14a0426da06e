import type { ClusterOptions, LoadBalancerOptions } from '../../../programs/proxy/options.ts';
import { CLUSTER_DEFAULTS } from '../defaults.ts';
import { effectivePassive } from '../ejects.ts';
import { type Block, block, headerVariable } from './quote.ts';

/**
 * The group of servers of a cluster. A group asks each of its servers once for a request, so each is in it as often as a
 * request may be sent.
 */
export const upstreamBlock = (
  id: string,
  cluster: ClusterOptions,
  { attempts, isHttp }: { readonly attempts: number; readonly isHttp: boolean },
): Block => {
  const { endpoints } = cluster;
  const rounds = isHttp ? Math.ceil(attempts / Math.max(1, endpoints.length)) : 1;
  const servers = Array.from({ length: rounds }, () => serverLines(cluster, rounds)).flat();
  return block(`upstream ${id}`, [
    `zone ${id} 256k`,
    ...balanceLines(cluster.loadBalancer),
    ...servers,
    isHttp ? 'keepalive 64' : null,
  ]);
};

const serverLines = (cluster: ClusterOptions, rounds: number): readonly string[] => {
  const passive = effectivePassive(cluster);
  return cluster.endpoints.map(({ address, weight }) =>
    [
      `server ${address}`,
      ...(weight === 1 ? [] : [`weight=${weight}`]),
      ...limitWords(cluster, rounds),
      passive === null
        ? 'max_fails=0'
        : `max_fails=${passive.consecutive5XxErrors} fail_timeout=${Math.ceil(passive.baseEjectionTime / 1_000)}s`,
    ].join(' '),
  );
};

/** nginx answers what is beyond at once with a 502, so only a limit that was asked for is set. */
const limitWords = ({ circuitBreaker, endpoints }: ClusterOptions, rounds: number): readonly string[] => {
  const most = Math.min(circuitBreaker.maxParallelRequests, circuitBreaker.maxConnections);
  const byDefault = CLUSTER_DEFAULTS.circuitBreaker;
  if (most === byDefault.maxParallelRequests) return [];
  return [`max_conns=${Math.max(1, Math.floor(most / Math.max(1, endpoints.length * rounds)))}`];
};

const balanceLines = (balancer: LoadBalancerOptions): readonly string[] => {
  switch (balancer.type) {
    case 'LeastRequest':
      return ['least_conn'];
    case 'RoundRobin':
      return [];
    case 'Random':
      return ['random'];
    case 'ConsistentHash':
      return [`hash ${hashed(balancer.by)} consistent`];
  }
};

type By = Extract<LoadBalancerOptions, { readonly type: 'ConsistentHash' }>['by'];

const hashed = (by: By): string => {
  switch (by.type) {
    case 'SourceIP':
      return '$remote_addr';
    case 'Header':
      return headerVariable(by.name);
    case 'Cookie':
      return `$cookie_${by.name}`;
    case 'QueryParam':
      return `$arg_${by.name}`;
  }
};
