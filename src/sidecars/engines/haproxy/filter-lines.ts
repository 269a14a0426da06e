import type {
  CorsOptions,
  FaultInjection,
  HeaderChanges,
  RateLimitOptions,
  RequestRedirect,
  RouteOptions,
  UrlRewrite,
} from '../../../programs/proxy/options.ts';
import { originExpression, prefixExpression, withoutSlash } from '../expressions.ts';
import { onlyIf } from './conditions.ts';
import { quoted, quotedFormat } from './quote.ts';

const SECONDS = { Second: 1, Minute: 60, Hour: 3_600 };

/** Counts those that were let through, not those that were refused: else a steady overload would let nobody through. */
export const rateLimitLines = (
  { requests, unit, by }: RateLimitOptions,
  table: string,
): readonly string[] => [
  `http-request track-sc0 ${tracked(by)} table ${table}`,
  `http-request return status 429 content-type text/plain string "rate limited" hdr retry-after ${SECONDS[unit]} if { sc_gpc0_rate(0) ge ${requests} }`,
  'http-request sc-inc-gpc0(0)',
];

const tracked = (by: RateLimitOptions['by']): string => {
  if (by === 'all') return 'int(1)';
  return by === 'clientIp' ? 'src' : `req.fhdr(${by.header})`;
};

export const rateLimitTable = ({ unit, by }: RateLimitOptions): string => {
  const type = typeof by === 'object' ? 'string len 256' : by === 'clientIp' ? 'ipv6' : 'integer';
  return `stick-table type ${type} size 100k expire ${SECONDS[unit]}s store gpc0_rate(${SECONDS[unit]}s)`;
};

/** The delay is Lua's: HAProxy 2.6 cannot wait by itself. */
export const faultLines = ({ delay, abort }: FaultInjection): readonly string[] => [
  ...(delay === null
    ? []
    : [`http-request lua.delay ${delay.fixedDelay}${onlyIf(chance(delay.percentage))}`]),
  ...(abort === null ? [] : [`http-request return ${aborted(abort)}${onlyIf(chance(abort.percentage))}`]),
];

const aborted = ({ httpStatus, grpcStatus }: NonNullable<FaultInjection['abort']>): string =>
  grpcStatus === null
    ? `status ${httpStatus ?? 503} content-type text/plain string "fault filter abort"`
    : `status 200 hdr content-type application/grpc hdr grpc-status ${grpcStatus} hdr grpc-message "fault filter abort"`;

const chance = (percentage: number): string =>
  percentage >= 100 ? '' : `{ rand(10000) lt ${Math.round(percentage * 100)} }`;

export const corsLines = (cors: CorsOptions): readonly string[] => {
  const expression = originExpression(cors.allowOrigins);
  const isKnown = '{ var(txn.origin) -m found }';
  const plain = expression === null && !cors.allowCredentials;
  const preflight = [
    ...header('access-control-allow-methods', cors.allowMethods),
    ...header('access-control-allow-headers', cors.allowHeaders),
    `hdr access-control-max-age ${cors.maxAge}`,
  ].join(' ');
  const allow = [
    `access-control-allow-origin ${plain ? "'*'" : '%[var(txn.origin)]'}`,
    ...(cors.allowCredentials ? ['access-control-allow-credentials true'] : []),
    ...(cors.exposeHeaders.length === 0
      ? []
      : [`access-control-expose-headers ${quotedFormat(cors.exposeHeaders.join(', '))}`]),
    ...(plain ? [] : ['vary origin']),
  ];
  return [
    `http-request set-var(txn.origin) req.fhdr(origin)${expression === null ? '' : onlyIf(`{ req.fhdr(origin),lower -m reg ${quoted(expression)} }`)}`,
    `http-request return status 200 ${preflight} if METH_OPTIONS ${isKnown} { req.fhdr(access-control-request-method) -m found }`,
    ...allow.map((line) => `http-after-response set-header ${line} if ${isKnown}`),
  ];
};

const header = (name: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`hdr ${name} ${quotedFormat(values.join(', '))}`];

export const headerLines = (
  where: 'http-request' | 'http-response',
  { set, add, remove }: HeaderChanges,
): readonly string[] => [
  ...remove.map((name) => `${where} del-header ${quoted(name)}`),
  ...Object.entries(set).map(([name, value]) => `${where} set-header ${quoted(name)} ${quotedFormat(value)}`),
  ...Object.entries(add).map(([name, value]) => `${where} add-header ${quoted(name)} ${quotedFormat(value)}`),
];

/** The prefix that the matches of a route have in common: a rewrite of it needs one. */
export const matchedPrefix = ({ matches }: RouteOptions): string =>
  withoutSlash(matches.find(({ path }) => path?.type === 'PathPrefix')?.path?.value ?? '');

export const rewriteLines = ({ hostname, path, prefix }: UrlRewrite, matched: string): readonly string[] => [
  ...(hostname === null ? [] : [`http-request set-header host ${quotedFormat(hostname)}`]),
  ...(path === null ? [] : [`http-request set-path ${quotedFormat(path)}`]),
  ...(prefix === null ? [] : prefixLines(prefix, matched)),
];

/** `/foo/bar` with `/foo` replaced by `/xyz` is `/xyz/bar`, and by `/` it is `/bar`. */
const prefixLines = (prefix: string, matched: string): readonly string[] => {
  const end = prefixExpression(matched).replace(/\(\?:\/\|\$\)$/, '');
  return [
    `http-request replace-path ${quoted(`${end}$`)} ${quotedFormat(prefix === '' ? '/' : prefix)}`,
    `http-request replace-path ${quoted(`${end}(/.*)$`)} ${quotedFormat(`${withoutSlash(prefix)}\\1`)}`,
  ].slice(matched === '' ? 1 : 0);
};

/** A redirect, in place of a server. */
export const redirectLines = (redirect: RequestRedirect, matched: string): readonly string[] => {
  const { scheme, hostname, port, statusCode } = redirect;
  const from = scheme === null ? '%[var(txn.scheme)]' : scheme;
  const host = hostname === null ? '%[req.fhdr(host),field(1,:)]' : hostname.replaceAll('%', '%%');
  const kept = '%[var(txn.redirect_port)]';
  const shown = port === null ? (scheme === null ? kept : '') : isDefaultPort(scheme, port) ? '' : `:${port}`;
  return [
    ...(scheme === null && port === null
      ? ['http-request set-var(txn.redirect_port) req.fhdr(host),regsub(^[^:]*,)']
      : []),
    ...rewriteLines({ ...redirect, hostname: null }, matched),
    `http-request redirect code ${statusCode} location ${from}://${host}${shown}%[pathq]`,
  ];
};

const isDefaultPort = (scheme: string | null, port: number): boolean =>
  (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80);
