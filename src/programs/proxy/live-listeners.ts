import { sleep } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { Exchange } from './http/exchange.ts';
import { LiveRoutes } from './http/live-route.ts';
import type { Scope, Shared } from './http/scope.ts';
import { tellMalformed } from './http/tell-malformed.ts';
import type { ConnectionLimit } from './listeners/acceptor.ts';
import { Listener } from './listeners/listener.ts';
import { isSameService, type OpenService, openService } from './listeners/services.ts';
import type { ListenerOptions, ProxyOptions } from './options.ts';
import { routesOf } from './redirect-routes.ts';
import { compileRoutes } from './routing/router.ts';
import type { ProxyStats } from './stats/proxy-stats.ts';
import type { TlsPlace } from './tls/place.ts';

interface ListenerSurroundings {
  readonly shared: Shared;
  readonly limit: ConnectionLimit;
  readonly stats: ProxyStats;
  readonly tls: TlsPlace;
}

/** An address that is listened on, with what serves it. */
interface Served extends OpenService {
  readonly options: ListenerOptions;
  readonly listener: Listener;
  /** Requests begin with the scope of that time. */
  readonly current: { scope: Scope };
}

/** Listeners by their address, before any of them is used. Those that are new listen already. */
export type PreparedListeners = ReadonlyMap<string, { readonly served: Served; readonly scope: Scope }>;

/** The listeners of the options. A reload keeps those whose address stays, with all that is open on them. */
export class LiveListeners {
  readonly #surroundings: ListenerSurroundings;
  #served: ReadonlyMap<string, Served> = new Map();
  /** They are in no options any more, and come to their end. */
  readonly #leaving = new Set<Listener>();

  constructor(surroundings: ListenerSurroundings) {
    this.#surroundings = surroundings;
  }

  get areBusy(): boolean {
    return this.#all.some(({ openConnections }) => openConnections > 0);
  }

  /** Ports that are listened on, by the name of the listener. */
  get ports(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#served.values()].map(({ options, listener }) => [options.name, listener.port]),
    );
  }

  async prepare(options: ProxyOptions): Promise<PreparedListeners> {
    const scopes = options.listeners.map((listener) => [listener, this.#scopeOf(listener)] as const);
    const prepared = new Map<string, { served: Served; scope: Scope }>();
    for (const [listener, scope] of scopes) {
      const before = this.#served.get(listener.listen);
      const served = await (before === undefined
        ? this.#open(listener, scope, options)
        : this.#keep(before, listener, options));
      prepared.set(listener.listen, { served, scope });
    }
    return prepared;
  }

  use(prepared: PreparedListeners, drainTimeout: number): void {
    for (const [listen, { listener, tls, service }] of this.#served) {
      const after = prepared.get(listen)?.served;
      if (after === undefined) void this.#leave(listener, drainTimeout);
      else if (after.service !== service) void listener.replace(after.service);
      if (after?.tls !== tls) tls?.close();
    }
    for (const { served, scope } of prepared.values()) served.current.scope = scope;
    this.#served = new Map([...prepared].map(([listen, { served }]) => [listen, served]));
  }

  /** Takes no more connections on any of them. */
  async drain(): Promise<void> {
    await Promise.all([...this.#served.values()].map(({ listener }) => listener.drain()));
  }

  /** Ends what is still open. */
  cut(): void {
    for (const listener of this.#all) listener.cut();
    for (const { tls } of this.#served.values()) tls?.close();
  }

  get #all(): readonly Listener[] {
    return [...this.#leaving, ...[...this.#served.values()].map(({ listener }) => listener)];
  }

  #scopeOf(options: ListenerOptions): Scope {
    const { shared, stats } = this.#surroundings;
    const routes = routesOf(options);
    const before = this.#served.get(options.listen)?.current.scope.routes ?? null;
    return {
      ...{ shared, forwarded: options.forwarded, stats: stats.listener(options.name) },
      ...{ router: compileRoutes(routes), routes: new LiveRoutes(routes, before) },
    };
  }

  async #open(options: ListenerOptions, scope: Scope, proxy: ProxyOptions): Promise<Served> {
    const at = parseAddress(options.listen, 0);
    if (at === null) throw new Error(`'${options.listen}' is no host:port`);
    const current = { scope };
    const opened = await this.#service(options, current, proxy);
    const { limit } = this.#surroundings;
    const listener = new Listener(opened.service, limit, scope.stats);
    await listener.listen(at);
    return { ...opened, options, listener, current };
  }

  /** TLS takes other certificates while it runs; between bytes and requests the service is another one. */
  async #keep(before: Served, options: ListenerOptions, proxy: ProxyOptions): Promise<Served> {
    if (!isSameService(before.options, options))
      return { ...before, ...(await this.#service(options, before.current, proxy)), options };
    const failure = options.tls === null ? null : await before.tls?.reload(options.tls);
    if (failure !== null && failure !== undefined) throw new Error(failure);
    return { ...before, options };
  }

  #service(
    options: ListenerOptions,
    current: { readonly scope: Scope },
    { limits }: ProxyOptions,
  ): Promise<OpenService> {
    return openService(options, {
      proxy: current.scope.shared.proxy,
      headerBytes: limits.headerBytes,
      onRequest: (request) => new Exchange(request, current.scope).start(),
      onRefused: (request, cause) => new Exchange(request, current.scope).refuse(cause),
      onMalformed: (malformed) => tellMalformed(malformed, current.scope),
      scope: () => current.scope,
      place: this.#surroundings.tls,
    });
  }

  /** Requests on a listener that is gone end as those of a stop do. */
  async #leave(listener: Listener, drainTimeout: number): Promise<void> {
    this.#leaving.add(listener);
    await listener.drain();
    await sleep(drainTimeout);
    listener.cut();
    this.#leaving.delete(listener);
  }
}
