import type {
  ClusterOptions,
  CorsOptions,
  HeaderChanges,
  ListenerOptions,
  RequestRedirect,
  RouteOptions,
  UrlRewrite,
} from '../../../programs/proxy/options.ts';
import { certificateName } from '../addresses.ts';
import { clusterCas, clusterPem } from '../certificate-files.ts';
import { hostOf } from '../cluster-host.ts';
import { escaped, withoutSlash } from '../expressions.ts';
import { block, expression, headerVariable, type Lines, quoted, time } from './quote.ts';
import { retryLines } from './retries.ts';

/** A route with the clusters that it leads to. */
export interface RoutePlace {
  readonly listener: ListenerOptions;
  readonly route: RouteOptions;
  /** Part of the names of its variables: `http_1`. */
  readonly id: string;
  readonly clusters: readonly { readonly id: string; readonly options: ClusterOptions }[];
}

/** The statements of a location that answers the requests of a route. */
export const locationLines = (place: RoutePlace): Lines => {
  const { route, id } = place;
  const { faultInjection, rateLimit } = route;
  return [
    ...(route.cors === null ? [] : corsLines(route.cors, id)),
    ...(rateLimit === null
      ? []
      : [
          `limit_req zone=${id}${rateLimit.burst > 1 ? ` burst=${rateLimit.burst - 1} nodelay` : ''}`,
          'limit_req_status 429',
          `error_page 429 @limited_${id}`,
        ]),
    faultInjection?.abort == null
      ? null
      : block(`if ($abort_${id})`, [`return ${faultInjection.abort.httpStatus ?? 503}`]),
    ...(route.requestMirror === null ? [] : [`mirror /.mirror_${id}`]),
    ...(route.requestRedirect === null
      ? [...rewriteLines(route.urlRewrite, route, ' break'), ...upstreamLines(place)]
      : redirectLines(route.requestRedirect, route)),
  ];
};

const upstreamLines = ({ route, listener, id, clusters }: RoutePlace): Lines => {
  const [first] = clusters;
  if (first === undefined) return ['return 503'];
  const { options } = first;
  const module = options.protocol === 'h2' ? 'grpc' : 'proxy';
  const { timeouts } = route;
  const read = timeouts.backendRequest === 0 ? timeouts.idle : timeouts.backendRequest;
  const scheme = `${module === 'grpc' ? 'grpc' : 'http'}${options.tls === null ? '' : 's'}`;
  return [
    ...requestHeaders(route, listener, options, module),
    ...responseHeaders(route.responseHeaders, module),
    `${module}_connect_timeout ${time(options.connectTimeout)}`,
    `${module}_read_timeout ${time(read)}`,
    `${module}_send_timeout ${time(timeouts.idle)}`,
    ...(module === 'proxy'
      ? ['proxy_http_version 1.1', 'proxy_buffering off', 'proxy_request_buffering off']
      : []),
    ...retryLines(route, module),
    ...tlsLines(first, module),
    `${module}_pass ${scheme}://${clusters.length > 1 ? `$cluster_${id}` : first.id}`,
  ];
};

const requestHeaders = (
  { requestHeaders: changes, urlRewrite }: RouteOptions,
  listener: ListenerOptions,
  cluster: ClusterOptions,
  module: string,
): Lines => {
  const host = urlRewrite?.hostname ?? hostOf(cluster);
  const headers = new Map<string, string>([
    ['Host', host === null ? '$http_host' : quoted(host)],
    ...(module === 'proxy'
      ? ([
          ['Connection', '$connection_of_upgrade'],
          ['Upgrade', '$http_upgrade'],
        ] as const)
      : ([['TE', '$te_of_grpc']] as const)),
    ...forwardedHeaders(listener),
    ['X-Request-Id', '$id_of_request'],
  ]);
  for (const [name, value] of Object.entries(changes.add)) headers.set(name, `${addedVariable(name, value)}`);
  for (const [name, value] of Object.entries(changes.set)) headers.set(name, quoted(value));
  for (const name of changes.remove) headers.set(name, '""');
  return [...unique(headers)].map(([name, value]) => `${module}_set_header ${name} ${value}`);
};

/** A later name in other letters replaces the earlier one. */
const unique = (headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([
    ...new Map([...headers].map(([name, value]) => [name.toLowerCase(), [name, value] as const])).values(),
  ]);

/** nginx sends one header of a name. What is added follows what the client has sent. */
const addedVariable = (name: string, value: string): string =>
  `"\${before_${headerVariable(name).slice('$http_'.length)}}${quoted(value).slice(1)}`;

export const forwardedHeaders = ({ forwarded }: ListenerOptions): readonly (readonly [string, string])[] => {
  if (forwarded === 'none') return [];
  const none = '""';
  const separate = forwarded !== 'forwarded';
  const element = forwarded !== 'x-forwarded';
  return [
    ['X-Forwarded-For', separate ? '$for_client' : none],
    ['X-Forwarded-Proto', separate ? '$proto_of_client' : none],
    ['X-Forwarded-Host', separate ? '$host_of_client' : none],
    ['X-Forwarded-Port', separate ? '$port_of_client' : none],
    ['Forwarded', element ? '$forwarded_element' : none],
  ];
};

const responseHeaders = ({ set, add, remove }: HeaderChanges, module: string): Lines => [
  ...[...Object.keys(set), ...remove].map((name) => `${module}_hide_header ${name}`),
  ...[...Object.entries(set), ...Object.entries(add)].map(
    ([name, value]) => `add_header ${name} ${quoted(value)} always`,
  ),
];

const tlsLines = ({ id, options }: RoutePlace['clusters'][number], module: string): Lines => {
  const { tls, endpoints } = options;
  if (tls === null) return [];
  const name = certificateName(tls.serverName, endpoints[0]?.address ?? '');
  return [
    `${module}_ssl_server_name on`,
    `${module}_ssl_name ${quoted(name)}`,
    `${module}_ssl_protocols TLSv1.2 TLSv1.3`,
    ...(tls.verify
      ? [
          `${module}_ssl_verify on`,
          `${module}_ssl_verify_depth 5`,
          `${module}_ssl_trusted_certificate ${clusterCas(id)}`,
        ]
      : []),
    ...(tls.certificate === null
      ? []
      : [`${module}_ssl_certificate ${clusterPem(id)}`, `${module}_ssl_certificate_key ${clusterPem(id)}`]),
  ];
};

const matchedPrefix = ({ matches }: RouteOptions): string =>
  withoutSlash(matches.find(({ path }) => path?.type === 'PathPrefix')?.path?.value ?? '');

/** What comes after a `break` is not read, and what comes after nothing is. */
type Flag = ' break' | '';

const rewriteLines = (
  rewrite: Pick<UrlRewrite, 'path' | 'prefix'> | null,
  route: RouteOptions,
  flag: Flag,
): Lines => {
  if (rewrite === null) return [];
  const { path, prefix } = rewrite;
  return [
    ...(path === null ? [] : [`rewrite ^ ${quoted(path)}${flag}`]),
    ...(prefix === null ? [] : prefixLines(prefix, escaped(matchedPrefix(route)), flag)),
  ];
};

const prefixLines = (prefix: string, matched: string, flag: Flag): Lines => {
  const whole = `rewrite ${expression(`^${matched}$`)} ${quoted(prefix === '' ? '/' : prefix)}${flag}`;
  const rest = `${quoted(withoutSlash(prefix)).slice(0, -1)}$1"`;
  return [matched === '' ? null : whole, `rewrite ${expression(`^${matched}(/.*)$`)} ${rest}${flag}`];
};

const redirectLines = (redirect: RequestRedirect, route: RouteOptions): Lines => {
  const { scheme, hostname, port, statusCode } = redirect;
  const isDefault = (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80);
  const shown = port === null ? (scheme === null ? '$port_as_asked' : '') : isDefault ? '' : `:${port}`;
  const isRewritten = redirect.path !== null || redirect.prefix !== null;
  const target = isRewritten ? '$uri$is_args$args' : '$request_uri';
  const host = hostname === null ? '$host' : quoted(hostname).slice(1, -1);
  return [
    ...rewriteLines(redirect, route, ''),
    `return ${statusCode} "${scheme ?? '$scheme'}://${host}${shown}${target}"`,
  ];
};

const corsLines = (cors: CorsOptions, id: string): Lines => {
  const common: Lines = [
    `add_header Access-Control-Allow-Origin $allowed_origin_${id} always`,
    cors.allowCredentials
      ? `add_header Access-Control-Allow-Credentials $with_credentials_${id} always`
      : null,
  ];
  const list = (name: string, values: readonly string[]): string | null =>
    values.length === 0 ? null : `add_header ${name} ${quoted(values.join(', '))} always`;
  return [
    block(`if ($preflight_${id})`, [
      ...common,
      list('Access-Control-Allow-Methods', cors.allowMethods),
      list('Access-Control-Allow-Headers', cors.allowHeaders),
      `add_header Access-Control-Max-Age ${cors.maxAge} always`,
      'return 200',
    ]),
    ...common,
    list('Access-Control-Expose-Headers', cors.exposeHeaders),
    'add_header Vary Origin always',
    ...['proxy', 'grpc'].flatMap((module) => [
      `${module}_hide_header Access-Control-Allow-Origin`,
      `${module}_hide_header Access-Control-Allow-Credentials`,
    ]),
  ];
};
