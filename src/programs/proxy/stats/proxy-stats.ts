import type { Cluster } from '../policies/cluster.ts';
import { ClusterStats } from './cluster-stats.ts';
import { ListenerStats } from './listener-stats.ts';

/** What the policies of a cluster know. */
export type ClusterState = Pick<
  Cluster<never>,
  'options' | 'counters' | 'attempts' | 'waiting' | 'endpoints' | 'outlier' | 'breaker'
>;

/** The figures of a proxy. They outlive a reload: a counter never goes back. */
export class ProxyStats {
  readonly listeners = new Map<string, ListenerStats>();
  readonly clusters = new Map<string, ClusterStats>();

  listener(name: string): ListenerStats {
    return this.#of(this.listeners, name, () => new ListenerStats());
  }

  cluster(name: string): ClusterStats {
    return this.#of(this.clusters, name, () => new ClusterStats());
  }

  #of<T>(all: Map<string, T>, name: string, make: () => T): T {
    const known = all.get(name);
    if (known !== undefined) return known;
    const made = make();
    all.set(name, made);
    return made;
  }
}

/** Whether requests may go to an endpoint. */
export const isEndpointHealthy = ({ endpoints, outlier }: ClusterState, endpoint: number): boolean =>
  endpoints.isReady(endpoint) && endpoints.isHealthy(endpoint) && outlier?.isEjected(endpoint) !== true;
