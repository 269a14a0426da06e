import { now } from '../../time/timers.ts';
import type { EndpointProcess } from './endpoints/process-states.ts';
import { ActiveChecker } from './http/active-checker.ts';
import { LiveCluster } from './http/live-cluster.ts';
import { dialsOf, upstreamOf } from './http/upstreams.ts';
import type { ClientTlsOptions, ClusterOptions } from './options.ts';
import type { ClusterState, ProxyStats } from './stats/proxy-stats.ts';
import type { ClientTls } from './tls/client-tls.ts';
import type { TlsPlace } from './tls/place.ts';

export interface ClusterSurroundings {
  readonly processAt: (address: string) => EndpointProcess | null;
  readonly stats: ProxyStats;
  readonly tls: TlsPlace;
}

/** The clusters of the options, by name. One that a reload leaves as it is keeps its connections, and what it knows. */
export class LiveClusters {
  readonly #surroundings: ClusterSurroundings;
  readonly #checkers = new Map<LiveCluster, ActiveChecker>();
  #byName: ReadonlyMap<string, LiveCluster> = new Map();
  /** Those that a reload has replaced while they had requests. */
  readonly #retired = new Set<LiveCluster>();

  constructor(surroundings: ClusterSurroundings) {
    this.#surroundings = surroundings;
  }

  get all(): readonly LiveCluster[] {
    return [...this.#byName.values()];
  }

  /** What their policies know, by name. */
  get states(): ReadonlyMap<string, ClusterState> {
    for (const { stats, openConnections } of this.all) stats.openConnections = openConnections;
    return new Map(this.all.map(({ name, policy }) => [name, policy]));
  }

  of(name: string): LiveCluster | null {
    return this.#byName.get(name) ?? null;
  }

  /** Gives the clusters of the options, without using them yet: another option may be wrong. */
  async prepare(
    clusters: Readonly<Record<string, ClusterOptions>>,
  ): Promise<ReadonlyMap<string, LiveCluster>> {
    const prepared = new Map<string, LiveCluster>();
    for (const [name, options] of Object.entries(clusters)) {
      const before = this.#byName.get(name);
      const isKept = before !== undefined && isSame(before.options, options);
      prepared.set(name, isKept ? before : await open(name, options, this.#surroundings));
    }
    return prepared;
  }

  /** New requests go to these. What is under way or waits elsewhere comes to its end there. */
  use(prepared: ReadonlyMap<string, LiveCluster>): void {
    for (const [name, cluster] of this.#byName) if (prepared.get(name) !== cluster) this.#retire(cluster);
    this.#byName = prepared;
    this.#check();
    this.lookAtProcesses();
  }

  /** Which processes are ready may have changed. What is not known counts as ready: a refused connection tells better. */
  lookAtProcesses(): void {
    const { processAt } = this.#surroundings;
    for (const cluster of [...this.all, ...this.#retired]) {
      for (const [index, { isProcess, address }] of cluster.options.endpoints.entries())
        if (isProcess) setState(cluster.policy, index, processAt(address)?.is ?? 'ready');
      cluster.look();
    }
  }

  /** Nothing is sent to any of them any more. */
  close(): void {
    for (const cluster of [...this.all, ...this.#retired]) cluster.close();
    this.#retired.clear();
    this.#byName = new Map();
    this.#check();
  }

  #retire(cluster: LiveCluster): void {
    this.#retired.add(cluster);
    cluster.retire(() => this.#retired.delete(cluster));
  }

  /** Clusters that are gone are checked no longer, and those that are new begin with it. */
  #check(): void {
    for (const [cluster, checker] of this.#checkers)
      if (this.#byName.get(cluster.name) !== cluster) {
        checker.stop();
        this.#checkers.delete(cluster);
      }
    for (const cluster of this.all) {
      const { active } = cluster.options;
      if (active !== null && !this.#checkers.has(cluster))
        this.#checkers.set(cluster, new ActiveChecker(cluster, active));
    }
  }
}

/** In this order: whoever waits for it learns first that it comes no more. */
const setState = (policy: LiveCluster['policy'], index: number, is: EndpointProcess['is']): void => {
  policy.setReady(index, is === 'ready', now());
  policy.setComing(index, is !== 'down', now());
};

const open = async (
  name: string,
  options: ClusterOptions,
  { stats, tls: place }: ClusterSurroundings,
): Promise<LiveCluster> => {
  const tls = options.tls === null ? null : await openTls(options.tls, place);
  const dials = dialsOf(options, tls === null ? null : () => tls.connectionOptions());
  return new LiveCluster({
    ...{ name, options, dials, stats: stats.cluster(name), stopTls: () => tls?.close() },
    openUpstream: await upstreamOf(options),
  });
};

/** A proxy without TLS does not load it. */
const openTls = async (options: ClientTlsOptions, place: TlsPlace): Promise<ClientTls> => {
  const { ClientTls: loaded } = await import('./tls/client-tls.ts');
  return loaded.open(options, place);
};

const isSame = (one: ClusterOptions, other: ClusterOptions): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
