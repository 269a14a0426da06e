import type { OtlpSpan } from '../../otlp/messages.ts';
import { hostOf, portOf } from '../routing/authority.ts';
import { headerIn } from '../routing/raw-headers.ts';
import { Attributes } from './attributes.ts';
import { grpcCodeName, isErrorOfServer } from './grpc-codes.ts';
import { redactedQuery } from './redacted-query.ts';
import type { ServerFacts, TracedRequest, TryFacts } from './span-facts.ts';

const SERVER = 2;
const CLIENT = 3;
const UNSET = { code: 0 };
const ERROR = { code: 2 };

/**
 * The spans of a request, with the attributes of OpenTelemetry's semantic conventions: HTTP as of 1.23 (stable), RPC as of
 * 1.40 (release candidate), and `sidecarctl.*` for what these have no word for.
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/, https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
export const spansOf = (request: TracedRequest): readonly OtlpSpan[] => [
  serverSpan(request),
  ...request.tries.map((facts) => trySpan(facts, request)),
];

const serverSpan = ({ server, isGrpc, traceId, traceState }: TracedRequest): OtlpSpan => {
  const { parentId, route, flags } = server;
  const { method, url, scheme, authority, protocol, ip, headers } = server.request;
  const [path = '', query = ''] = splitOnce(redactedQuery(url), '?');
  const attributes = methodAttributes(method)
    .text('url.scheme', scheme)
    .text('url.path', path)
    .text('url.query', query)
    .text('http.route', route)
    .text('server.address', hostOf(authority))
    .number('server.port', portOf(authority))
    .text('client.address', ip)
    .text('network.protocol.version', protocol.slice('HTTP/'.length))
    .text('user_agent.original', headerIn(headers, 'user-agent'))
    .number('http.response.status_code', server.status === 0 ? null : server.status)
    .texts('sidecarctl.response_flags', flags);
  const grpc = isGrpc ? addGrpc(attributes, path, server) : null;
  const error = serverError(server, grpc);
  return spanOf(server, {
    traceId,
    traceState,
    parentId,
    name: isGrpc ? path.slice(1) : nameOf(method, route),
    kind: SERVER,
    error,
    attributes,
  });
};

const trySpan = (facts: TryFacts, { isGrpc, traceId, traceState, server }: TracedRequest): OtlpSpan => {
  const { method, scheme, host, path: written, address, cluster, protocol, resends } = facts;
  const path = redactedQuery(written);
  const attributes = methodAttributes(method)
    .text('url.full', `${scheme}://${host}${path}`)
    .text('server.address', hostOf(address))
    .number('server.port', portOf(address))
    .text('network.protocol.version', protocol === 'h2' ? '2' : '1.1')
    .number('http.request.resend_count', resends === 0 ? null : resends)
    .number('http.response.status_code', facts.status === 0 ? null : facts.status)
    .text('sidecarctl.cluster', cluster);
  const grpc = isGrpc ? addGrpc(attributes, path, facts) : null;
  return spanOf(facts, {
    traceId,
    traceState,
    parentId: server.spanId,
    name: isGrpc ? path.slice(1) : nameOf(method, null),
    kind: CLIENT,
    error: tryError(facts, grpc),
    attributes,
  });
};

/** OpenTelemetry's known methods. A client may send anything else, and a name must be one of few. */
const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY'],
]);

const methodAttributes = (method: string): Attributes =>
  METHODS.has(method)
    ? new Attributes().text('http.request.method', method)
    : new Attributes().text('http.request.method', '_OTHER').text('http.request.method_original', method);

const nameOf = (method: string, route: string | null): string => {
  const known = METHODS.has(method) ? method : 'HTTP';
  return route === null ? known : `${known} ${route}`;
};

/** Returns the name of the code; `null`: the call has come to no end of its own. */
const addGrpc = (
  attributes: Attributes,
  path: string,
  { grpcStatus }: Pick<TryFacts, 'grpcStatus'>,
): string | null => {
  const code = grpcStatus === null ? null : grpcCodeName(grpcStatus);
  attributes
    .text('rpc.system.name', 'grpc')
    .text('rpc.method', path.slice(1))
    .text('rpc.response.status_code', code);
  return code;
};

/** Flags of a response that was cut off after its head: its status says nothing of that. */
const CUT: ReadonlySet<string> = new Set(['UC', 'UT', 'SI', 'UPE']);

/** What the app answers to a client's mistake is no error of the server's. */
const serverError = ({ status, flags }: ServerFacts, grpc: string | null): string | null => {
  if (grpc !== null && isErrorOfServer(grpc)) return grpc;
  if (status >= 500) return String(status);
  return flags.find((flag) => CUT.has(flag)) ?? null;
};

const tryError = ({ status, failure }: TryFacts, grpc: string | null): string | null => {
  if (failure !== null) return failure;
  if (grpc !== null && grpc !== 'OK') return grpc;
  return status >= 400 ? String(status) : null;
};

interface SpanParts {
  readonly traceId: string;
  readonly traceState: string | null;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: number;
  readonly error: string | null;
  readonly attributes: Attributes;
}

const spanOf = (
  { spanId, start, end }: Pick<ServerFacts, 'spanId' | 'start' | 'end'>,
  { traceId, traceState, parentId, name, kind, error, attributes }: SpanParts,
): OtlpSpan => ({
  traceId,
  spanId,
  // An empty text is one that is not there, as in protobuf, so that all objects have one shape.
  parentSpanId: parentId ?? '',
  traceState: traceState ?? '',
  name,
  kind,
  startTimeUnixNano: nanoseconds(start),
  endTimeUnixNano: nanoseconds(Math.max(start, end)),
  attributes: attributes.text('error.type', error).all,
  status: error === null ? UNSET : ERROR,
});

/** A double has whole microseconds of today's times, and no nanoseconds. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

const splitOnce = (text: string, separator: string): readonly [string, string] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
};
