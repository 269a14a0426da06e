import type { Socket } from 'node:net';
import { parseAddress } from '../../address.ts';
import type { Downstream } from '../http/downstream.ts';
import { Exchange } from '../http/exchange.ts';
import type { Http1Settings } from '../http/http1-side.ts';
import { LiveRoutes } from '../http/live-route.ts';
import type { Scope } from '../http/scope.ts';
import type { RouteOptions } from '../options.ts';
import { compileRoutes } from '../routing/router.ts';
import { DirectClusters } from '../streams/forward/direct-clusters.ts';
import { HttpService } from './http-service.ts';
import type { Service } from './service.ts';

interface ForwardServiceSettings {
  /** Name of the proxy's process. */
  readonly proxy: string;
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  readonly onMalformed: Http1Settings['onMalformed'];
  /** Asked for each request: a reload replaces it. Its routes are told apart by the header `host`. */
  readonly scope: () => Scope;
}

const HTTP = 80;

/**
 * A forward proxy. A request for a host that a route matches has the policies of that route; any other is sent to the host
 * that it names. A CONNECT is a tunnel, in which nothing is read, unless a route matches its host and port: clients that
 * open tunnels for plain HTTP, too, speak HTTP with the proxy inside of it.
 */
export class ForwardService implements Service {
  readonly #settings: ForwardServiceSettings;
  readonly #http: HttpService;
  readonly #clusters = new DirectClusters();
  readonly #routes = compileRoutes([DIRECT]);
  readonly #live = new LiveRoutes([DIRECT], null);

  constructor(settings: ForwardServiceSettings) {
    this.#settings = settings;
    this.#http = new HttpService({
      proxy: settings.proxy,
      headerBytes: settings.headerBytes,
      onMalformed: settings.onMalformed,
      onRequest: (request) => this.#serve(request),
    });
  }

  get openRequests(): number {
    return this.#http.openRequests;
  }

  accept(socket: Socket): void {
    this.#http.acceptHttp1(socket);
  }

  drain(): void {
    this.#http.drain();
    this.#clusters.close();
  }

  closeIdle(): void {
    this.#http.closeIdle();
  }

  #serve(request: Downstream): void {
    const scope = this.#settings.scope();
    if (request.tunnel?.protocol === 'CONNECT') this.#connect(request, scope);
    else if (scope.router(request) !== null) new Exchange(request, scope).start();
    else void this.#direct(request, scope, request.authority);
  }

  #connect(request: Downstream, scope: Scope): void {
    const { url: address, tunnel } = request;
    const host = ['host', address.replace(/:80$/, '')];
    if (scope.router({ method: 'GET', url: '/', headers: host }) === null)
      return void this.#direct(request, scope, address);
    const inside = tunnel?.open(200, []);
    if (inside !== undefined) this.#http.acceptHttp1(inside as Socket);
  }

  async #direct(request: Downstream, scope: Scope, authority: string): Promise<void> {
    const address = addressOf(authority);
    if (address === null || request.scheme === 'https') {
      const what = `a request for '${authority}'`;
      return new Exchange(request, scope).refuse({ kind: 'not-possible', what });
    }
    const cluster = await this.#clusters.of(address);
    const shared = { ...scope.shared, clusterOf: () => cluster };
    new Exchange(request, { ...scope, shared, router: this.#routes, routes: this.#live }).start();
  }
}

/** With the port of HTTP if it has none; `null`: it is no address. */
const addressOf = (authority: string): string | null => {
  const address = /:\d+$/.test(authority) ? authority : `${authority}:${HTTP}`;
  const parsed = parseAddress(address, 1);
  return parsed === null || parsed.host === '' ? null : address;
};

const NO_CHANGES = { set: {}, add: {}, remove: [] };

const DIRECT: RouteOptions = {
  ...{ matches: [], to: [{ cluster: 'direct', weight: 1 }], urlRewrite: null, requestRedirect: null },
  ...{ requestHeaders: NO_CHANGES, responseHeaders: NO_CHANGES, cors: null, requestMirror: null },
  ...{ faultInjection: null, rateLimit: null, timeouts: { request: 0, backendRequest: 0, idle: 300_000 } },
  retry: {
    ...{ numRetries: 0, retryOn: [], statusCodes: [], headers: [], perRetryTimeout: 0, bodyLimit: 0 },
    backOff: { baseInterval: 0, maxInterval: 0, policy: 'constant' },
  },
};
