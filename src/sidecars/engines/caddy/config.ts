import type {
  CorsOptions,
  ListenerOptions,
  ProxyOptions,
  RequestRedirect,
  RouteOptions,
  ServerTlsOptions,
} from '../../../programs/proxy/options.ts';
import { clientCas, OWN_FOLDER, serverPem, sniPem } from '../certificate-files.ts';
import { clusterIds } from '../cluster-ids.ts';
import { escaped, originExpression, withoutSlash } from '../expressions.ts';
import { carryReferences, restoreAll } from '../references.ts';
import { matchersOf } from './matchers.ts';
import { plain, time } from './text.ts';
import { NEAR, proxyHandler } from './upstream.ts';

/** Files of Caddy's, by name. */
export const caddyFiles = (
  options: ProxyOptions,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  'caddy.json': restoreAll(new CaddyConfig(carryReferences(options)).json),
});

class CaddyConfig {
  readonly #options: ProxyOptions;
  readonly #idOf: (cluster: string) => string;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#idOf = clusterIds(Object.keys(options.clusters));
  }

  get json(): Readonly<Record<string, unknown>> {
    const { listeners } = this.#options;
    const tls = listeners.flatMap((listener) =>
      listener.tls === null ? [] : pairsOf(listener.name, listener.tls),
    );
    return {
      admin: {
        listen: `unix/${OWN_FOLDER}/control.sock`,
        origins: ['localhost'],
        config: { persist: false },
      },
      storage: { module: 'file_system', root: `${OWN_FOLDER}/storage` },
      logging: this.#logging(),
      apps: {
        // Without a `grace_period`: it is the program's that starts Caddy, and would count at a change too.
        http: {
          servers: Object.fromEntries(listeners.map((listener) => [listener.name, this.#server(listener)])),
        },
        ...(tls.length === 0 ? {} : { tls: { certificates: { load_files: tls } } }),
      },
    };
  }

  #logging(): object {
    const { accessLog } = this.#options;
    return {
      logs: {
        default: {
          writer: { output: 'stderr' },
          encoder: { format: 'console', level_format: 'upper' },
          level: 'WARN',
          exclude: ['http.log.access'],
        },
        ...(accessLog === null
          ? {}
          : {
              access: {
                include: ['http.log.access'],
                writer:
                  accessLog.path === null
                    ? { output: 'stdout' }
                    : { output: 'file', filename: accessLog.path, roll: false },
                encoder: {
                  format: accessLog.format === 'json' ? 'json' : 'console',
                  time_format: 'rfc3339_nano',
                  level_format: 'upper',
                },
              },
            }),
      },
    };
  }

  #server(listener: ListenerOptions): object {
    const { tls, routes, listen } = listener;
    const idle = Math.max(0, ...routes.map(({ timeouts }) => timeouts.idle));
    return {
      listen: [listen],
      protocols:
        tls === null || tls.alpn.includes('h2')
          ? tls === null
            ? ['h1', 'h2', 'h2c']
            : ['h1', 'h2']
          : ['h1'],
      ...(idle === 0 ? {} : { idle_timeout: time(idle) }),
      max_header_bytes: this.#options.limits.headerBytes,
      // Without this, Caddy gets certificates for names, and moves clients to other ports.
      automatic_https: { disable: true },
      metrics: {},
      // Else a client with a certificate must ask for the name that it has connected to.
      strict_sni_host: false,
      ...(this.#options.accessLog === null ? {} : { logs: {} }),
      ...(tls === null ? {} : { tls_connection_policies: policies(listener.name, tls) }),
      routes: listener.kind === 'redirect' ? [redirectAll(listener)] : this.#routes(listener),
    };
  }

  #routes(listener: ListenerOptions): readonly object[] {
    return [
      { match: [{ not: [{ header: { 'X-Request-Id': ['*'] } }] }], handle: [REQUEST_ID] },
      ...(listener.routes.some(keepsPort) ? PORT_AS_ASKED : []),
      ...forwardedRoutes(listener),
      ...listener.routes.map((route) => {
        const match = matchersOf(route);
        return {
          ...(match.length === 0 ? {} : { match }),
          handle: [{ handler: 'subroute', routes: this.#routeSteps(route, listener) }],
          terminal: true,
        };
      }),
      { handle: [{ handler: 'static_response', status_code: 404, body: 'no route matches the request' }] },
    ];
  }

  #routeSteps(route: RouteOptions, listener: ListenerOptions): readonly object[] {
    const rewrite = route.urlRewrite ?? route.requestRedirect;
    return [
      ...(route.cors === null ? [] : corsSteps(route.cors)),
      ...(rewrite === null ? [] : rewriteSteps(rewrite, route)),
      { handle: [this.#end(route, listener)] },
    ];
  }

  #end(route: RouteOptions, listener: ListenerOptions): object {
    if (route.requestRedirect !== null) return redirect(route.requestRedirect);
    const name = route.to[0]?.cluster ?? '';
    const cluster = this.#options.clusters[name];
    if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
    return proxyHandler(this.#idOf(name), cluster, { route, listener });
  }
}

interface TaggedPem {
  readonly file: string;
  readonly tag: string;
  readonly names: readonly string[];
}

/** The files of a listener, the one for every other name first. Caddy forgets the tag of one that it has already. */
const taggedPems = (listener: string, { files, sni }: ServerTlsOptions): readonly TaggedPem[] => {
  const found = new Map<string, TaggedPem>();
  const first = JSON.stringify(files);
  found.set(first, { file: serverPem(listener), tag: listener, names: [] });
  Object.entries(sni).forEach(([name, pair], index) => {
    const same = JSON.stringify(pair);
    const known = found.get(same) ?? {
      ...{ file: sniPem(listener, index), tag: `${listener}-${index + 1}`, names: [] },
    };
    found.set(same, { ...known, names: [...known.names, name] });
  });
  return [...found.values()];
};

const pairsOf = (listener: string, tls: ServerTlsOptions): readonly object[] =>
  taggedPems(listener, tls).map(({ file, tag }) => ({ certificate: file, key: file, tags: [tag] }));

/** The first whose names match counts, and the last is for every other name. */
const policies = (listener: string, tls: ServerTlsOptions): readonly object[] => {
  const common = {
    alpn: tls.alpn,
    protocol_min: tls.minVersion === 'TLSv1.3' ? 'tls1.3' : 'tls1.2',
    ...(tls.clientAuth === 'none'
      ? {}
      : {
          client_authentication: {
            trusted_ca_certs_pem_files: [clientCas(listener)],
            mode: tls.clientAuth === 'require' ? 'require_and_verify' : 'verify_if_given',
          },
        }),
  };
  return [
    ...taggedPems(listener, tls)
      .filter(({ names }) => names.length > 0)
      .map(({ names, tag }) => ({
        match: { sni: names },
        certificate_selection: { any_tag: [tag] },
        ...common,
      })),
    { certificate_selection: { any_tag: [listener] }, ...common },
  ];
};

const REQUEST_ID = {
  handler: 'headers',
  request: { set: { 'X-Request-Id': ['{http.request.uuid}'] } },
};

/** The port in the client's `Host`, with its colon. */
const PORT_AS_ASKED = [
  { handle: [{ handler: 'vars', port_as_asked: '' }] },
  {
    match: [{ expression: "{http.request.port} != ''" }],
    handle: [{ handler: 'vars', port_as_asked: ':{http.request.port}' }],
  },
];

const keepsPort = ({ requestRedirect }: RouteOptions): boolean =>
  requestRedirect !== null && requestRedirect.port === null && requestRedirect.scheme === null;

const redirectAll = ({ redirectTo }: ListenerOptions): object => ({
  handle: [
    {
      handler: 'static_response',
      status_code: 307,
      headers: { Location: [`https://${redirectTo ?? ''}{http.request.uri}`] },
    },
  ],
});

const FROM_NEAR = { remote_ip: { ranges: NEAR } };

/** A proxy on this machine is believed, as by the embedded proxy. Caddy adds `X-Forwarded-…` by itself. */
const forwardedRoutes = ({ forwarded, tls }: ListenerOptions): readonly object[] => {
  if (forwarded === 'none' || forwarded === 'x-forwarded') return [];
  const scheme = tls === null ? 'http' : 'https';
  const element = `for={http.request.remote.host};host="{http.request.hostport}";proto=${scheme}`;
  const set = (value: string) => ({ handler: 'headers', request: { set: { Forwarded: [value] } } });
  return [
    {
      match: [{ ...FROM_NEAR, header: { Forwarded: ['*'] } }],
      handle: [set(`{http.request.header.Forwarded}, ${element}`)],
    },
    {
      match: [{ not: [{ ...FROM_NEAR, header: { Forwarded: ['*'] } }] }],
      handle: [set(element)],
    },
  ];
};

const matchedPrefix = ({ matches }: RouteOptions): string =>
  withoutSlash(matches.find(({ path }) => path?.type === 'PathPrefix')?.path?.value ?? '');

const rewriteSteps = (
  { path, prefix }: Pick<RequestRedirect, 'path' | 'prefix'>,
  route: RouteOptions,
): readonly object[] => {
  const matched = escaped(matchedPrefix(route));
  const replace = (find: string, by: string) => ({
    match: [{ path_regexp: { pattern: find } }],
    handle: [{ handler: 'rewrite', path_regexp: [{ find, replace: by }] }],
  });
  return [
    ...(path === null
      ? []
      : [{ handle: [{ handler: 'rewrite', uri: `${plain(path)}?{http.request.uri.query}` }] }]),
    ...(prefix === null
      ? []
      : [
          ...(matched === '' ? [] : [replace(`^${matched}$`, prefix === '' ? '/' : prefix)]),
          replace(`^${matched}(/.*)$`, `${withoutSlash(prefix)}$1`),
        ]),
  ];
};

const redirect = ({ scheme, hostname, port, statusCode }: RequestRedirect): object => {
  const isDefault = (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80);
  const shown =
    port === null ? (scheme === null ? '{http.vars.port_as_asked}' : '') : isDefault ? '' : `:${port}`;
  const host = hostname === null ? '{http.request.host}' : plain(hostname);
  return {
    handler: 'static_response',
    status_code: statusCode,
    headers: { Location: [`${scheme ?? '{http.request.scheme}'}://${host}${shown}{http.request.uri}`] },
  };
};

const corsSteps = (cors: CorsOptions): readonly object[] => {
  const expression = originExpression(cors.allowOrigins);
  const match = {
    header_regexp: { Origin: { pattern: expression === null ? '.' : `(?i)${expression}` } },
  };
  const shown = expression === null && !cors.allowCredentials ? '*' : '{http.request.header.Origin}';
  const list = (name: string, values: readonly string[]): object =>
    values.length === 0 ? {} : { [name]: [plain(values.join(', '))] };
  const allow = {
    'Access-Control-Allow-Origin': [shown],
    ...(cors.allowCredentials ? { 'Access-Control-Allow-Credentials': ['true'] } : {}),
    Vary: ['Origin'],
  };
  return [
    {
      match: [{ ...match, method: ['OPTIONS'], header: { 'Access-Control-Request-Method': ['*'] } }],
      handle: [
        {
          handler: 'static_response',
          status_code: 200,
          headers: {
            ...allow,
            ...list('Access-Control-Allow-Methods', cors.allowMethods),
            ...list('Access-Control-Allow-Headers', cors.allowHeaders),
            'Access-Control-Max-Age': [String(cors.maxAge)],
          },
        },
      ],
    },
    {
      match: [match],
      handle: [
        {
          handler: 'headers',
          response: {
            deferred: true,
            set: { ...allow, ...list('Access-Control-Expose-Headers', cors.exposeHeaders) },
          },
        },
      ],
    },
  ];
};
