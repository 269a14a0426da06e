import { every, sleep } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { Cluster } from './http/cluster.ts';
import type { Downstream } from './http/downstream.ts';
import { Exchange } from './http/exchange.ts';
import { ConnectionLimit } from './listeners/acceptor.ts';
import { HttpListener } from './listeners/http-listener.ts';
import type { ListenerOptions, ProxyOptions } from './options.ts';

/** Idle connections are looked at this often. */
const LOOKS_EVERY = 1_000;

/** The listeners and the clusters of the options, while they run. */
export class RunningProxy {
  readonly #options: ProxyOptions;
  readonly #clusters: ReadonlyMap<string, Cluster>;
  readonly #listeners = new Map<string, HttpListener>();
  readonly #limit: ConnectionLimit;
  isDraining = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#limit = new ConnectionLimit(options.limits.connections);
    this.#clusters = new Map(
      Object.entries(options.clusters).map(([name, cluster]) => [name, new Cluster(cluster)]),
    );
    every(LOOKS_EVERY, () => {
      for (const cluster of this.#clusters.values()) cluster.closeOld();
    });
  }

  async listen(): Promise<void> {
    for (const listener of this.#options.listeners) await this.#open(listener);
  }

  get stats(): object {
    const listeners = [...this.#listeners].map(([name, { openConnections, openRequests }]) => [
      name,
      { connections: openConnections, requests: openRequests },
    ]);
    return { isDraining: this.isDraining, listeners: Object.fromEntries(listeners) };
  }

  /** Takes no new connections; what is open comes to its end. */
  async drain(): Promise<void> {
    this.isDraining = true;
    await Promise.all([...this.#listeners.values()].map((listener) => listener.drain()));
  }

  /** Drains, and waits until nothing is open, or until the time for it is over. */
  async end(): Promise<void> {
    await this.drain();
    const until = this.#options.drainTimeout / 10;
    for (let turns = 0; turns < until && this.#isBusy; turns += 1) await sleep(10);
    for (const listener of this.#listeners.values()) listener.cut();
  }

  get #isBusy(): boolean {
    return [...this.#listeners.values()].some(({ openConnections }) => openConnections > 0);
  }

  async #open(options: ListenerOptions): Promise<void> {
    const { name, listen, kind, tls } = options;
    const at = parseAddress(listen, 0);
    if (at === null) throw new Error(`'${listen}' is no host:port`);
    if (kind !== 'http' || tls !== null) throw new Error(`${name}: ${kind} and TLS are not built yet`);
    const listener = new HttpListener({
      headerBytes: this.#options.limits.headerBytes,
      limit: this.#limit,
      onRequest: (request) => this.#serve(request, options),
    });
    await listener.listen(at);
    this.#listeners.set(name, listener);
  }

  #serve(request: Downstream, { routes }: ListenerOptions): void {
    const cluster = this.#clusters.get(routes[0]?.to[0]?.cluster ?? '');
    const upstream = cluster?.pick() ?? null;
    if (upstream !== null) new Exchange(request).start(upstream);
  }
}
