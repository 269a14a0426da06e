import type { DurationHistogram } from './duration-histogram.ts';
import { type ClusterState, isEndpointHealthy, type ProxyStats } from './proxy-stats.ts';

/** The figures of a proxy for `/stats`: the same as its metrics, for people and scripts. */
export const statsPage = (stats: ProxyStats, clusters: ReadonlyMap<string, ClusterState>): object => ({
  listeners: Object.fromEntries([...stats.listeners].map(([name, each]) => [name, ofListener(each)])),
  clusters: Object.fromEntries(
    [...clusters].map(([name, state]) => [name, ofCluster(state, stats.cluster(name))]),
  ),
});

const ofListener = (stats: ReturnType<ProxyStats['listener']>): object => ({
  connections: { open: stats.openConnections, total: stats.connections },
  requests: { open: stats.openRequests, total: countOf(stats.durations) },
  bytes: { received: stats.bytesReceived, sent: stats.bytesSent },
  flags: Object.fromEntries(stats.flags),
});

const ofCluster = (state: ClusterState, stats: ReturnType<ProxyStats['cluster']>): object => ({
  attempts: { underWay: state.attempts, waiting: state.waiting, timeouts: stats.timeouts },
  connections: { open: stats.openConnections, failed: stats.connectFailures },
  counters: { ...state.counters },
  breaker: state.breaker?.state ?? null,
  endpoints: state.options.endpoints.map(({ address }, at) => ({
    address,
    healthy: isEndpointHealthy(state, at),
    ready: state.endpoints.isReady(at),
    ejected: state.outlier?.isEjected(at) ?? false,
    active: state.endpoints.active[at] ?? 0,
  })),
});

const countOf = (durations: ReadonlyMap<string, DurationHistogram>): number =>
  [...durations.values()].reduce((total, { count }) => total + count, 0);
