import type { RawHeaders } from '../../http/upstream.ts';

/** RFC 6455, section 1.3: proves that the server has understood the client's key. */
const ACCEPT_ID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a server answers to the key of a client. */
export const acceptOf = (key: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha1').update(`${key}${ACCEPT_ID}`).digest('base64');

/** A key, for a client whose protocol has none: HTTP/2 (RFC 8441, section 5). */
export const newKey = (): string =>
  process.getBuiltinModule('node:crypto').randomBytes(16).toString('base64');

/** Only HTTP/1.1 has them. */
const OF_HTTP1: ReadonlySet<string> = new Set([
  ...['connection', 'upgrade', 'sec-websocket-key', 'sec-websocket-accept'],
]);

/** The headers of a handshake as HTTP/2 has them. */
export const withoutHandshake = (headers: RawHeaders): string[] => {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    if (!OF_HTTP1.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
};
