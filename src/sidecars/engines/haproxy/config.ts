import type { EngineEndpoint } from '../../../programs/engine/options.ts';
import type {
  ClusterOptions,
  ListenerOptions,
  ProxyOptions,
  RouteOptions,
  ServerTlsOptions,
} from '../../../programs/proxy/options.ts';
import { clientCas, OWN_FOLDER, serverPem, sniPem } from '../certificate-files.ts';
import { hostOf } from '../cluster-host.ts';
import { clusterIds } from '../cluster-ids.ts';
import { LIMIT_DEFAULTS } from '../defaults.ts';
import { carryReferences, reference, restoreReferences } from '../references.ts';
import { sharesOf } from '../shares.ts';
import { lateLogVariables, logFormat, logVariables } from './access-log.ts';
import { balanceLines } from './balance.ts';
import { conditionsOf, onlyIf } from './conditions.ts';
import {
  corsLines,
  faultLines,
  headerLines,
  matchedPrefix,
  rateLimitLines,
  rateLimitTable,
  redirectLines,
  rewriteLines,
} from './filter-lines.ts';
import { forwardedLines } from './forwarded.ts';
import { HAPROXY_LUA } from './lua.ts';
import { quoted, quotedFormat, section, time } from './quote.ts';
import { retryLines } from './retries.ts';
import { serverLines } from './server-lines.ts';

/** Files of HAProxy's, by name. */
export const haproxyFiles = (written: ProxyOptions): Readonly<Record<string, string>> => {
  const options = carryReferences(written);
  const lists = options.listeners.flatMap((listener) =>
    listener.tls === null
      ? []
      : [[listName(listener), certificateList(listener.name, listener.tls)] as const],
  );
  return {
    'haproxy.cfg': restoreReferences(new HaproxyConfig(options).text),
    ...Object.fromEntries(lists),
    ...(needsLua(options) ? { 'haproxy.lua': HAPROXY_LUA } : {}),
  };
};

const listName = ({ name }: ListenerOptions): string => `certificates-${name}.list`;

/** The first is for names that no other has. */
const certificateList = (listener: string, { sni }: ServerTlsOptions): string =>
  [serverPem(listener), ...Object.keys(sni).map((name, index) => `${sniPem(listener, index)} ${name}`)]
    .join('\n')
    .concat('\n');

const needsLua = ({ listeners, clusters }: ProxyOptions): boolean =>
  Object.values(clusters).some(isHeld) ||
  listeners.some(({ routes }) =>
    routes.some(({ faultInjection }) => faultInjection !== null && faultInjection.delay !== null),
  );

/** HAProxy is told which processes of the pod are ready. */
const isHeld = ({ holdFor, endpoints }: ClusterOptions): boolean =>
  holdFor > 0 && endpoints.some(({ isProcess }) => isProcess);

/** The processes of the pod behind it, with HAProxy's names for them. */
export const haproxyEndpoints = (options: ProxyOptions): readonly EngineEndpoint[] => {
  const idOf = clusterIds(Object.keys(options.clusters));
  const found = new Map<string, string[]>();
  for (const { backend, cluster } of usedBackends(options, idOf))
    options.clusters[cluster]?.endpoints.forEach(({ address, isProcess }, index) => {
      if (!isProcess) return;
      found.set(address, [...(found.get(address) ?? []), `${backend}/${idOf(cluster)}-${index + 1}`]);
    });
  return [...found].map(([address, servers]) => ({ address, servers }));
};

interface UsedBackend {
  readonly backend: string;
  readonly cluster: string;
}

const usedBackends = (
  { listeners }: ProxyOptions,
  idOf: (cluster: string) => string,
): readonly UsedBackend[] =>
  listeners.flatMap((listener) =>
    listener.routes.flatMap((route, index) =>
      sharesOf(route.to).map(({ cluster }) => ({
        backend:
          listener.kind === 'tcp'
            ? tcpBackend(listener, idOf(cluster))
            : httpBackend(listener, index, idOf(cluster)),
        cluster,
      })),
    ),
  );

const httpBackend = ({ name }: ListenerOptions, route: number, id: string): string =>
  `${name}-${route + 1}-${id}`;

const tcpBackend = ({ name }: ListenerOptions, id: string): string => `${name}-${id}`;

class HaproxyConfig {
  readonly #options: ProxyOptions;
  readonly #idOf: (cluster: string) => string;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#idOf = clusterIds(Object.keys(options.clusters));
  }

  get text(): string {
    const { listeners } = this.#options;
    return `${[this.#global(), DEFAULTS, RESOLVERS, ...listeners.flatMap((one) => this.#listener(one)), METRICS].join('\n\n')}\n`;
  }

  #global(): string {
    const { accessLog, limits } = this.#options;
    const to = accessLog?.path === null ? 'stdout' : 'fd@3';
    return section('global', [
      accessLog === null ? null : `log ${to} format raw local0 info`,
      limits.connections === LIMIT_DEFAULTS.connections ? null : `maxconn ${limits.connections}`,
      `tune.bufsize ${Math.max(this.#bufferBytes, 16_384)}`,
      `stats socket unix@${OWN_FOLDER}/control.sock mode 600 level admin expose-fd listeners`,
      needsLua(this.#options) ? `lua-load ${reference('files.haproxy.lua')}` : null,
    ]);
  }

  /** A request is sent again from its buffer. A part of it is kept for what is added to headers. */
  get #bufferBytes(): number {
    const bodies = this.#options.listeners.flatMap(({ routes }) =>
      routes.map(({ retry }) => retry.bodyLimit),
    );
    return Math.max(this.#options.limits.headerBytes, ...bodies) + 1_024;
  }

  #listener(listener: ListenerOptions): readonly string[] {
    switch (listener.kind) {
      case 'tcp':
        return this.#tcp(listener);
      case 'redirect':
        return [this.#redirect(listener)];
      case 'forward':
        throw new Error('HAProxy is no forward proxy');
      default:
        return this.#http(listener);
    }
  }

  #tcp(listener: ListenerOptions): readonly string[] {
    const [route] = listener.routes;
    const name = route?.to[0]?.cluster ?? '';
    const cluster = this.#cluster(name);
    const idle = route?.timeouts.idle ?? 0;
    const backend = tcpBackend(listener, this.#idOf(name));
    return [
      section(`frontend ${listener.name}`, [
        'mode tcp',
        this.#bind(listener),
        `timeout client ${time(idle)}`,
        this.#logLine(false),
        `default_backend ${backend}`,
      ]),
      section(`backend ${backend}`, [
        'mode tcp',
        ...balanceLines(cluster.loadBalancer),
        `timeout connect ${time(cluster.connectTimeout)}`,
        `timeout server ${time(idle)}`,
        `retries ${Math.ceil(cluster.holdFor / 1_000)}`,
        ...serverLines(this.#idOf(name), cluster, false),
      ]),
    ];
  }

  #redirect(listener: ListenerOptions): string {
    return section(`frontend ${listener.name}`, [
      this.#bind(listener),
      'timeout client 60s',
      this.#logLine(true),
      ...logVariables,
      `http-request redirect code 307 prefix https://${listener.redirectTo ?? ''}`,
    ]);
  }

  #http(listener: ListenerOptions): readonly string[] {
    const { name, routes } = listener;
    const idle = Math.max(0, ...routes.map(({ timeouts }) => timeouts.idle));
    const isShared = routes.some(({ to }) => to.length > 1);
    return [
      section(`frontend ${name}`, [
        this.#bind(listener),
        `timeout client ${time(idle)}`,
        'timeout http-request 60s',
        `timeout http-keep-alive ${time(idle)}`,
        this.#logLine(true),
        ...logVariables,
        'http-request set-header x-request-id %[uuid()] unless { req.fhdr(x-request-id) -m found }',
        ...forwardedLines(listener),
        ...lateLogVariables,
        isShared ? `http-request set-var(txn.share) rand(${leastMultiple(routes)})` : null,
        ...routes.flatMap((route, index) => this.#useLines(listener, route, index)),
        `default_backend ${name}-no-route`,
      ]),
      ...routes.flatMap((route, index) => this.#backends(listener, route, index)),
      section(`backend ${name}-no-route`, [
        'http-request return status 404 content-type text/plain string "no route matches the request"',
      ]),
    ];
  }

  #useLines(listener: ListenerOptions, route: RouteOptions, index: number): readonly string[] {
    return conditionsOf(route).flatMap((condition) =>
      this.#targets(listener, route, index).map(
        ({ backend, share }) => `use_backend ${backend}${onlyIf(condition, share)}`,
      ),
    );
  }

  /** The backends of a route, and the conditions under which each is used. */
  #targets(listener: ListenerOptions, { to }: RouteOptions, index: number) {
    const shares = sharesOf(to);
    if (shares.length === 0) return [{ backend: `${listener.name}-${index + 1}`, share: '', cluster: null }];
    return shares.map(({ cluster, to: end, of }, at) => ({
      backend: httpBackend(listener, index, this.#idOf(cluster)),
      share: at === shares.length - 1 ? '' : `{ var(txn.share),mod(${of}) -m int lt ${end} }`,
      cluster,
    }));
  }

  #backends(listener: ListenerOptions, route: RouteOptions, index: number): readonly string[] {
    const { rateLimit } = route;
    const table = `${listener.name}-${index + 1}-rate-limit`;
    const rules = [
      ...(rateLimit === null ? [] : rateLimitLines(rateLimit, table)),
      ...(route.cors === null ? [] : corsLines(route.cors)),
      ...(route.faultInjection === null ? [] : faultLines(route.faultInjection)),
    ];
    const backends = this.#targets(listener, route, index).map(({ backend, cluster }) =>
      section(`backend ${backend}`, [
        ...rules,
        ...(route.requestRedirect === null ? [] : redirectLines(route.requestRedirect, matchedPrefix(route))),
        ...(cluster === null ? [] : this.#upstreamLines(route, cluster, backend)),
      ]),
    );
    return rateLimit === null
      ? backends
      : [...backends, section(`backend ${table}`, [rateLimitTable(rateLimit)])];
  }

  #upstreamLines(route: RouteOptions, name: string, backend: string): readonly (string | null)[] {
    const cluster = this.#cluster(name);
    const { timeouts } = route;
    const { maxParallelRequests, maxPendingRequests } = cluster.circuitBreaker;
    const most = maxParallelRequests + maxPendingRequests;
    const host = hostOf(cluster);
    return [
      `http-request return status 503 content-type text/plain string "too many requests" hdr x-envoy-overloaded true if { be_conn(${backend}) gt ${most} }`,
      isHeld(cluster) ? `http-request lua.hold ${backend} ${cluster.holdFor}` : null,
      ...(route.urlRewrite === null ? [] : rewriteLines(route.urlRewrite, matchedPrefix(route))),
      host === null ? null : `http-request set-header host ${quotedFormat(host)}`,
      ...headerLines('http-request', route.requestHeaders),
      ...headerLines('http-response', route.responseHeaders),
      ...balanceLines(cluster.loadBalancer),
      `timeout connect ${time(cluster.connectTimeout)}`,
      `timeout server ${time(timeouts.backendRequest === 0 ? timeouts.idle : timeouts.backendRequest)}`,
      `timeout tunnel ${time(timeouts.idle)}`,
      ...retryLines(route, cluster.holdFor),
      ...this.#checkLines(name),
      ...serverLines(this.#idOf(name), cluster, true),
    ];
  }

  #checkLines(name: string): readonly string[] {
    const cluster = this.#cluster(name);
    const { active } = cluster;
    if (active === null) return [];
    return [
      'option httpchk',
      `http-check send meth GET uri ${quoted(active.path)} ver HTTP/1.1 hdr host ${quoted(hostOf(cluster) ?? 'localhost')}`,
      'http-check expect status 200-399',
      `timeout check ${time(active.timeout)}`,
    ];
  }

  #cluster(name: string) {
    const cluster = this.#options.clusters[name];
    if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
    return cluster;
  }

  #bind(listener: ListenerOptions): string {
    const { tls, listen } = listener;
    if (tls === null) return `bind ${listen}`;
    const clients =
      tls.clientAuth === 'none'
        ? []
        : [
            `verify ${tls.clientAuth === 'require' ? 'required' : 'optional'} ca-file ${clientCas(listener.name)}`,
          ];
    return [
      `bind ${listen} ssl crt-list ${reference(`files.${listName(listener)}`)}`,
      `ssl-min-ver ${tls.minVersion}`,
      ...(tls.alpn.length === 0 ? [] : [`alpn ${tls.alpn.join(',')}`]),
      ...clients,
    ].join(' ');
  }

  #logLine(isHttp: boolean): string | null {
    const { accessLog } = this.#options;
    return accessLog === null ? null : logFormat(accessLog, isHttp);
  }
}

/** A number that the shares of every route divide. */
const leastMultiple = (routes: readonly RouteOptions[]): number =>
  routes.reduce((all, { to }) => {
    const of = to.reduce((sum, { weight }) => sum + weight, 0);
    return of === 0 ? all : (all * of) / commonDivisor(all, of);
  }, 1);

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

const DEFAULTS = section('defaults', [
  'mode http',
  'log global',
  // The end of a client ends its request at the server too.
  'option abortonclose',
  // Neither whoever looks whether it listens, nor a browser that connects in advance, has asked for anything.
  'option dontlognull',
  'option http-ignore-probes',
  'http-reuse safe',
  'option redispatch',
  'timeout connect 5s',
  'timeout client 24d',
  'timeout server 24d',
]);

const RESOLVERS = section('resolvers system', ['parse-resolv-conf']);

const METRICS = section('frontend metrics', [
  `bind unix@${OWN_FOLDER}/metrics.sock mode 600`,
  'no log',
  'http-request use-service prometheus-exporter if { path /metrics }',
  'http-request return status 404',
]);
