import { LiveCluster } from '../../http/live-cluster.ts';
import { dialsOf, upstreamOf } from '../../http/upstreams.ts';
import type { ClusterOptions } from '../../options.ts';
import { ClusterStats } from '../../stats/cluster-stats.ts';

/** Names that clients have asked for; beyond it, what was used longest ago is closed. */
const MOST = 256;

/** Servers that are in no options, and are known by what clients ask for. They have no policies. */
export class DirectClusters {
  readonly #byAddress = new Map<string, Promise<LiveCluster>>();

  /** `host:port`, which is one. */
  of(address: string): Promise<LiveCluster> {
    const found = this.#byAddress.get(address);
    this.#byAddress.delete(address);
    const cluster = found ?? open(address);
    this.#byAddress.set(address, cluster);
    if (this.#byAddress.size > MOST) this.#closeOldest();
    return cluster;
  }

  close(): void {
    for (const cluster of this.#byAddress.values()) void cluster.then((each) => each.close());
    this.#byAddress.clear();
  }

  #closeOldest(): void {
    const [[address, cluster] = []] = this.#byAddress;
    if (address === undefined) return;
    this.#byAddress.delete(address);
    void cluster?.then((each) => each.close());
  }
}

const open = async (address: string): Promise<LiveCluster> => {
  const options = optionsOf(address);
  const dials = dialsOf(options, null);
  return new LiveCluster({
    ...{ name: address, options, dials, stats: new ClusterStats(), stopTls: () => undefined },
    ...{ openUpstream: await upstreamOf(options), dialsTunnels: true },
  });
};

const UNLIMITED = Number.MAX_SAFE_INTEGER;

const optionsOf = (address: string): ClusterOptions => ({
  label: address,
  endpoints: [{ address, weight: 1, host: null, isProcess: false }],
  ...{ protocol: 'http/1.1', tls: null, proxyProtocol: null, connectTimeout: 10_000, holdFor: 0 },
  loadBalancer: { type: 'RoundRobin' },
  circuitBreaker: {
    ...{ maxConnections: UNLIMITED, maxPendingRequests: UNLIMITED, maxParallelRequests: UNLIMITED },
    ...{ retryBudget: { percent: 0, minRetryConcurrency: 0 }, trip: null },
  },
  ...{ passive: null, active: null },
});
