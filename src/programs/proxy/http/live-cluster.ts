import type { Socket } from 'node:net';
import { now, Timers } from '../../../time/timers.ts';
import type { ClusterOptions } from '../options.ts';
import { Cluster } from '../policies/cluster.ts';
import type { Passage } from '../policies/passage.ts';
import type { ClusterStats } from '../stats/cluster-stats.ts';
import type { DialOptions } from '../streams/dial.ts';
import { dialTunnel } from '../streams/forward/dial-tunnel.ts';
import { headerOf } from '../streams/tcp/proxy-protocol.ts';
import { sendUpgrade } from '../streams/upgrade/send-upgrade.ts';
import type { Attempt, ResponseSink, Upstream, UpstreamRequest } from './upstream.ts';
import type { OpenUpstream } from './upstreams.ts';

/** Whoever has a request in a cluster. */
export interface Waiting {
  /** It may be sent now: `start` decides where. */
  readonly onTurn: () => void;
}

interface ClusterParts {
  readonly name: string;
  readonly options: ClusterOptions;
  readonly dials: readonly DialOptions[];
  readonly openUpstream: OpenUpstream;
  readonly stats: ClusterStats;
  /** Certificates are looked at no longer. */
  readonly stopTls: () => void;
  /** Its endpoint is what a CONNECT names, and not a proxy that is asked for it. */
  readonly dialsTunnels?: boolean;
}

/** A cluster while it runs: its decisions, the connections to its endpoints, and the one timer of all who wait. */
export class LiveCluster {
  readonly name: string;
  readonly options: ClusterOptions;
  readonly policy: Cluster<Waiting>;
  /** How connections to each endpoint are opened. */
  readonly dials: readonly DialOptions[];
  readonly upstreams: readonly Upstream[];
  readonly stats: ClusterStats;
  readonly #openUpstream: OpenUpstream;
  readonly #stopTls: () => void;
  readonly #dialsTunnels: boolean;
  readonly #timers = new Timers<'wake'>({ ref: false });
  #armedFor = Number.POSITIVE_INFINITY;
  #isWaking = false;
  #onEmpty: (() => void) | null = null;

  constructor({ name, options, dials, openUpstream, stats, stopTls, dialsTunnels }: ClusterParts) {
    this.name = name;
    this.options = options;
    this.policy = new Cluster<Waiting>(options, now());
    this.dials = dials;
    this.#openUpstream = openUpstream;
    this.upstreams = dials.map(openUpstream);
    this.stats = stats;
    this.#stopTls = stopTls;
    this.#dialsTunnels = dialsTunnels ?? false;
  }

  get openConnections(): number {
    return this.upstreams.reduce((sum, { openConnections }) => sum + openConnections, 0);
  }

  /** To be called after each call of the policy: somebody may have a turn now, or at another time than before. */
  look(): void {
    const { wakeAt } = this.policy;
    if (wakeAt === this.#armedFor || this.#isWaking) return;
    this.#armedFor = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) this.#timers.disarm('wake');
    else if (wakeAt <= now()) queueMicrotask(() => this.#wake());
    else this.#timers.arm('wake', wakeAt, () => this.#wake());
  }

  /**
   * Sends a request to an endpoint. In HTTP/1.1 a tunnel has a connection of its own, and so has every request of an
   * endpoint that is told of the client at the begin of a connection.
   */
  send(endpoint: number, request: UpstreamRequest, sink: ResponseSink, client: Socket | null): Attempt {
    const [upstream, dial] = [this.upstreams[endpoint], this.dials[endpoint]];
    if (upstream === undefined || dial === undefined)
      throw new Error(`${this.name} has no endpoint ${endpoint}`);
    if (this.options.proxyProtocol === null || client === null)
      return this.#sendOver(upstream, dial, request, sink);
    const own = { ...dial, preface: headerOf(client) };
    const single = this.#openUpstream(own);
    const attempt = this.#sendOver(single, own, request, sink);
    single.close();
    return attempt;
  }

  #sendOver(upstream: Upstream, dial: DialOptions, request: UpstreamRequest, sink: ResponseSink): Attempt {
    if (request.tunnel === 'CONNECT' && this.#dialsTunnels) return dialTunnel(dial, sink);
    const needsOwn = request.tunnel !== null && this.options.protocol === 'http/1.1';
    return needsOwn ? sendUpgrade(dial, request, sink) : upstream.send(request, sink);
  }

  release(passage: Passage<Waiting>): void {
    this.policy.release(passage, now());
    this.look();
    if (this.#onEmpty !== null) this.#closeIfEmpty(this.#onEmpty);
  }

  /** No request comes any more. Those that are under way or wait are cared for until the last has ended; then it closes. */
  retire(onEmpty: () => void): void {
    this.#onEmpty = onEmpty;
    this.#closeIfEmpty(onEmpty);
  }

  close(): void {
    this.#timers.disarmAll();
    this.#stopTls();
    for (const upstream of this.upstreams) upstream.close();
  }

  #closeIfEmpty(onEmpty: () => void): void {
    if (this.policy.limits.all > 0) return;
    this.#onEmpty = null;
    this.close();
    onEmpty();
  }

  #wake(): void {
    this.#isWaking = true;
    for (const { owner } of this.policy.wake(now())) owner.onTurn();
    this.#isWaking = false;
    this.#armedFor = Number.NaN;
    this.look();
  }
}
