import type {
  ListenerOptions,
  ProxyOptions,
  RouteOptions,
  ServerTlsOptions,
} from '../../../programs/proxy/options.ts';
import { clientCas, OWN_FOLDER, serverPem, sniPem } from '../certificate-files.ts';
import { clusterIds } from '../cluster-ids.ts';
import { LIMIT_DEFAULTS } from '../defaults.ts';
import { originExpression } from '../expressions.ts';
import { carryReferences, restoreReferences } from '../references.ts';
import { sharesOf } from '../shares.ts';
import { logLines } from './access-log.ts';
import { locationLines, type RoutePlace } from './locations.ts';
import { routeMaps } from './matches.ts';
import { type Block, block, expression, headerVariable, type Lines, time, written } from './quote.ts';
import { attemptsOf } from './retries.ts';
import { upstreamBlock } from './upstreams.ts';

/** Files of nginx's, by name. */
export const nginxFiles = (options: ProxyOptions): Readonly<Record<string, string>> => ({
  'nginx.conf': restoreReferences(new NginxConfig(carryReferences(options)).text),
});

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as const;

class NginxConfig {
  readonly #options: ProxyOptions;
  readonly #idOf: (cluster: string) => string;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#idOf = clusterIds(Object.keys(options.clusters));
  }

  get text(): string {
    const { listeners, limits } = this.#options;
    const streams = listeners.filter(({ kind }) => kind === 'tcp');
    return `${written([
      'daemon off',
      `pid ${OWN_FOLDER}/nginx.pid`,
      'error_log stderr warn',
      'worker_processes 1',
      block('events', [`worker_connections ${connectionsOf(limits)}`]),
      block('http', this.#http(listeners.filter(({ kind }) => kind !== 'tcp'))),
      streams.length === 0 ? null : block('stream', this.#stream(streams)),
    ])}\n`;
  }

  #http(listeners: readonly ListenerOptions[]): Lines {
    const { accessLog, limits } = this.#options;
    const places = listeners.map((listener) => ({ listener, routes: this.#places(listener) }));
    const routes = places.flatMap((place) => place.routes);
    return [
      ...TEMPORARY.map((name) => `${name}_temp_path ${OWN_FOLDER}/temporary/${name}`),
      'server_tokens off',
      'client_max_body_size 0',
      'underscores_in_headers on',
      'ignore_invalid_headers off',
      `large_client_header_buffers 4 ${limits.headerBytes}`,
      'map_hash_bucket_size 256',
      'variables_hash_bucket_size 256',
      ...logLines(accessLog, true),
      ...COMMON_MAPS,
      ...places.flatMap(({ listener }) => [
        ...(listener.tls === null || Object.keys(listener.tls.sni).length === 0
          ? []
          : [certificateMap(listener.name, listener.tls)]),
        ...(isRouted(listener) ? routeMaps(idOf(listener.name), listener.routes) : []),
      ]),
      ...addedMaps(routes),
      ...routes.flatMap(routeBlocks),
      ...this.#upstreams(
        routes.map(({ route }) => route),
        true,
      ),
      ...places.map((place) => this.#server(place.listener, place.routes)),
      block('server', [
        `listen unix:${OWN_FOLDER}/status.sock`,
        'access_log off',
        block('location = /status', ['stub_status']),
      ]),
    ];
  }

  #stream(listeners: readonly ListenerOptions[]): Lines {
    return [
      ...logLines(this.#options.accessLog, false),
      ...this.#upstreams(
        listeners.flatMap(({ routes }) => routes),
        false,
      ),
      ...listeners.map((listener) => {
        const [route] = listener.routes;
        const name = route?.to[0]?.cluster ?? '';
        return block('server', [
          `listen ${listener.listen}${listener.tls === null ? '' : ' ssl'}`,
          ...tlsLines(listener, null),
          `proxy_connect_timeout ${time(this.#cluster(name).connectTimeout)}`,
          `proxy_timeout ${time(route?.timeouts.idle ?? 0)}`,
          `proxy_pass ${this.#idOf(name)}`,
        ]);
      }),
    ];
  }

  #places(listener: ListenerOptions): readonly RoutePlace[] {
    if (!isRouted(listener)) return [];
    return listener.routes.map((route, index) => ({
      listener,
      route,
      id: `${idOf(listener.name)}_${index + 1}`,
      clusters: sharesOf(route.to).map(({ cluster }) => ({
        id: this.#idOf(cluster),
        options: this.#cluster(cluster),
      })),
    }));
  }

  /** The groups that routes use. */
  #upstreams(routes: readonly RouteOptions[], isHttp: boolean): readonly Block[] {
    const names = routes.flatMap(({ to, requestMirror }) => [
      ...to.map(({ cluster }) => cluster),
      ...(requestMirror === null ? [] : [requestMirror.cluster]),
    ]);
    return [...new Set(names)].map((name) => {
      const using = routes.filter(({ to }) => to.some(({ cluster }) => cluster === name));
      const attempts = Math.max(1, ...using.map(({ retry }) => attemptsOf(retry)));
      return upstreamBlock(this.#idOf(name), this.#cluster(name), { attempts, isHttp });
    });
  }

  #server(listener: ListenerOptions, places: readonly RoutePlace[]): Block {
    // nginx 1.22 speaks one protocol on a port without TLS.
    const isH2 = places.some(({ clusters }) => clusters.some(({ options }) => options.protocol === 'h2'));
    const { tls } = listener;
    const words = [
      ...(tls === null ? [] : ['ssl']),
      ...((tls?.alpn.includes('h2') ?? isH2) ? ['http2'] : []),
    ];
    const idle = Math.max(0, ...places.map(({ route }) => route.timeouts.idle));
    const own =
      listener.kind === 'redirect'
        ? [`return 307 "https://${listener.redirectTo ?? ''}$request_uri"`]
        : this.#locations(listener, places);
    return block('server', [
      `listen ${[listener.listen, ...words].join(' ')}`,
      ...tlsLines(listener, tls === null || Object.keys(tls.sni).length === 0 ? null : idOf(listener.name)),
      `keepalive_timeout ${time(idle)}`,
      'keepalive_requests 1000000',
      `send_timeout ${time(idle)}`,
      `client_body_timeout ${time(idle)}`,
      ...own,
    ]);
  }

  #locations(listener: ListenerOptions, places: readonly RoutePlace[]): Lines {
    const [only, ...more] = places;
    const mirrors = places.flatMap((place) => this.#mirror(place));
    if (only !== undefined && more.length === 0 && only.route.matches.length === 0)
      return [block('location /', locationLines(only)), ...mirrors, ...limitedBlock(only)];
    return [
      block('location /', [`try_files "" @route_${idOf(listener.name)}_$route_${idOf(listener.name)}`]),
      ...places.flatMap((place) => [
        block(`location @route_${place.id}`, locationLines(place)),
        ...limitedBlock(place),
      ]),
      ...mirrors,
      block(`location @route_${idOf(listener.name)}_none`, ['return 404']),
    ];
  }

  #mirror({ route: { requestMirror }, id }: RoutePlace): readonly Block[] {
    if (requestMirror === null) return [];
    const cluster = this.#cluster(requestMirror.cluster);
    return [
      block(`location = /.mirror_${id}`, [
        'internal',
        block(`if ($mirror_${id} = 0)`, ['return 204']),
        'proxy_http_version 1.1',
        'proxy_set_header Connection ""',
        'proxy_set_header Host $host-shadow',
        'proxy_set_header X-Request-Id $id_of_request',
        `proxy_pass http${cluster.tls === null ? '' : 's'}://${this.#idOf(requestMirror.cluster)}$request_uri`,
      ]),
    ];
  }

  #cluster(name: string) {
    const cluster = this.#options.clusters[name];
    if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
    return cluster;
  }
}

/** nginx takes memory for all of them at its start. A client has a connection of its own, and one to a server. */
const connectionsOf = ({ connections }: ProxyOptions['limits']): number =>
  connections === LIMIT_DEFAULTS.connections ? 4_096 : 2 * connections + 64;

const idOf = (listener: string): string => listener.replaceAll(/\W/g, '_');

const isRouted = ({ kind }: ListenerOptions): boolean => kind === 'http' || kind === 'auto';

const CREDENTIALS = 'ssl_certificate';

/** nginx takes a certificate for a name from a variable. */
const tlsLines = ({ name, tls }: ListenerOptions, mapped: string | null): Lines => {
  if (tls === null) return [];
  const pem = mapped === null ? serverPem(name) : `$certificate_${mapped}`;
  const protocols = tls.minVersion === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2 TLSv1.3';
  return [
    `${CREDENTIALS} ${pem}`,
    `${CREDENTIALS}_key ${pem}`,
    `ssl_protocols ${protocols}`,
    'ssl_session_cache shared:sessions:1m',
    ...(tls.clientAuth === 'none'
      ? []
      : [
          `ssl_client_certificate ${clientCas(name)}`,
          `ssl_verify_client ${tls.clientAuth === 'require' ? 'on' : 'optional'}`,
          'ssl_verify_depth 5',
        ]),
  ];
};

const certificateMap = (listener: string, { sni }: ServerTlsOptions): Block =>
  block(`map $ssl_server_name $certificate_${idOf(listener)}`, [
    'hostnames',
    `default ${serverPem(listener)}`,
    ...Object.keys(sni).map((name, index) => `${name} ${sniPem(listener, index)}`),
  ]);

/** A proxy on this machine is believed, as by the embedded proxy; what others say is replaced. */
const COMMON_MAPS: readonly Block[] = [
  block('geo $dollar', ['default "$"']),
  block('geo $is_near', ['default 0', '127.0.0.0/8 1', '::1 1']),
  block('map $http_upgrade $connection_of_upgrade', ['default upgrade', '"" ""']),
  block('map $http_te $te_of_grpc', ['default ""', '"~*trailers" trailers']),
  block('map $http_x_request_id $id_of_request', ['default $http_x_request_id', '"" $request_id']),
  block('map $request_uri $path_of_request', ['"~^(?<path_before_query>[^?]*)" $path_before_query']),
  block('map $http_host $port_as_asked', ['default ""', '"~(?<port_in_host>:[0-9]+)$" $port_in_host']),
  block('map "$is_near$http_x_forwarded_for" $for_client', [
    'default $remote_addr',
    '"~^1(?<for_before>.+)" "$for_before, $remote_addr"',
  ]),
  ...[
    ['proto', '$scheme'],
    ['host', '$http_host'],
    ['port', '$server_port'],
  ].map(([name, own]) =>
    block(`map "$is_near$http_x_forwarded_${name}" $${name}_of_client`, [
      `default ${own}`,
      `"~^1(?<${name}_before>.+)" $${name}_before`,
    ]),
  ),
  block('map $remote_addr $node_of_client', ['default $remote_addr', '"~:" "\\"[$remote_addr]\\""']),
  block('map "$is_near$http_forwarded" $forwarded_element', [
    'default "for=$node_of_client;host=\\"$http_host\\";proto=$scheme"',
    '"~^1(?<forwarded_before>.+)" "$forwarded_before, for=$node_of_client;host=\\"$http_host\\";proto=$scheme"',
  ]),
];

/** For headers that are added: what the client has sent of them, and a comma. */
const addedMaps = (places: readonly RoutePlace[]): readonly Block[] => {
  const names = places.flatMap(({ route }) => Object.keys(route.requestHeaders.add).map(headerVariable));
  return [...new Set(names)].map((variable) =>
    block(`map ${variable} $before_${variable.slice('$http_'.length)}`, [`default "${variable}, "`, '"" ""']),
  );
};

/** What a route needs outside of its server. */
const routeBlocks = ({ route, id, clusters }: RoutePlace): Lines => {
  const { rateLimit, faultInjection, requestMirror, cors, to } = route;
  return [
    ...(clusters.length > 1 ? [sharesMap(id, to, clusters)] : []),
    ...(rateLimit === null
      ? []
      : [`limit_req_zone ${limitKey(rateLimit.by)} zone=${id}:1m rate=${rateOf(rateLimit)}`]),
    ...(faultInjection?.abort == null
      ? []
      : [percentage(`abort of ${id}`, `$abort_${id}`, faultInjection.abort.percentage, '""')]),
    ...(requestMirror === null
      ? []
      : [percentage(`mirror of ${id}`, `$mirror_${id}`, requestMirror.percent, '0')]),
    ...(cors === null ? [] : corsMaps(cors, id)),
  ];
};

const sharesMap = (id: string, to: RouteOptions['to'], clusters: RoutePlace['clusters']): Block => {
  const shares = sharesOf(to);
  return block(`split_clients "share of ${id} $request_id" $cluster_${id}`, [
    ...shares
      .slice(0, -1)
      .map(
        (share, index) =>
          `${percent((100 * (share.to - share.from)) / share.of)} ${clusters[index]?.id ?? ''}`,
      ),
    `* ${clusters.at(-1)?.id ?? ''}`,
  ]);
};

const percentage = (seed: string, variable: string, share: number, otherwise: string): Block =>
  block(
    `split_clients "${seed} $request_id" ${variable}`,
    share >= 100 ? ['* 1'] : [...(share > 0 ? [`${percent(share)} 1`] : []), `* ${otherwise}`],
  );

const percent = (share: number): string => `${share.toFixed(2)}%`;

type RateLimit = NonNullable<RouteOptions['rateLimit']>;

const limitKey = (by: RateLimit['by']): string => {
  if (by === 'all') return '$server_port';
  return by === 'clientIp' ? '$binary_remote_addr' : headerVariable(by.header);
};

/** nginx counts by the second and the minute. */
const rateOf = ({ requests, unit }: RateLimit): string => {
  if (unit === 'Second') return `${requests}r/s`;
  return unit === 'Minute' ? `${requests}r/m` : `${requests / 60}r/m`;
};

const limitedBlock = ({ route: { rateLimit }, id }: RoutePlace): readonly Block[] =>
  rateLimit === null
    ? []
    : [block(`location @limited_${id}`, ['add_header Retry-After 1 always', 'return 429'])];

const corsMaps = (
  { allowOrigins, allowCredentials }: NonNullable<RouteOptions['cors']>,
  id: string,
): readonly Block[] => {
  const found = originExpression(allowOrigins);
  const shown = found === null && !allowCredentials ? '"*"' : '$http_origin';
  return [
    block(`map $http_origin $allowed_origin_${id}`, [
      'default ""',
      `${found === null ? '"~."' : expression(`~*${found}`)} ${shown}`,
    ]),
    block(`map $allowed_origin_${id} $with_credentials_${id}`, ['default true', '"" ""']),
    block(
      `map "$request_method $http_access_control_request_method $allowed_origin_${id}" $preflight_${id}`,
      ['default ""', '"~^OPTIONS [^ ]+ [^ ]" 1'],
    ),
  ];
};
