import type { RawHeaders, UpstreamRequest } from '../../http/upstream.ts';
import { withoutHandshake } from '../upgrade/web-socket.ts';

/** HTTP/2 has no headers about a connection, and the authority in place of `host`. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'],
  'host',
]);

/** Headers of a request as HTTP/2 sends them: the four that say where to, then those of the client in lower case. */
export const requestHeadersOf = (request: UpstreamRequest): string[] => {
  const { method, scheme, authority, path, headers, tunnel } = request;
  const isTunnel = tunnel !== null && tunnel !== 'CONNECT';
  return [
    ...(isTunnel ? [':method', 'CONNECT', ':protocol', tunnel] : [':method', method]),
    ...[':scheme', scheme, ':authority', authority, ':path', path],
    ...fieldsOf(isTunnel ? withoutHandshake(headers) : headers),
  ];
};

/** The fields that may be sent. */
export const fieldsOf = (headers: RawHeaders): string[] => {
  const fields: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const value = headers[index + 1] ?? '';
    if (OF_CONNECTIONS.has(name) || (name === 'te' && value.trim().toLowerCase() !== 'trailers')) continue;
    fields.push(name, value);
  }
  return fields;
};

/** Trailers as Node takes them: an object, with a list where a name comes more than once. */
export const trailersOf = (headers: RawHeaders): Record<string, string | string[]> => {
  const trailers: Record<string, string | string[]> = {};
  const fields = fieldsOf(headers);
  for (let index = 0; index < fields.length; index += 2) {
    const [name = '', value = ''] = [fields[index], fields[index + 1]];
    const before = trailers[name];
    trailers[name] = before === undefined ? value : [before, value].flat();
  }
  return trailers;
};

/** Splits the headers of a response into its status and its fields. */
export const responseOf = (headers: RawHeaders): { readonly status: number; readonly fields: RawHeaders } => {
  // The status is always the first of them.
  const isFirst = headers[0] === ':status';
  return { status: isFirst ? Number(headers[1]) : 0, fields: isFirst ? headers.slice(2) : headers };
};

/** The length that a message says it has; -1: none. */
export const lengthIn = (headers: RawHeaders): number => {
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index] === 'content-length') return Number(headers[index + 1]);
  return -1;
};
