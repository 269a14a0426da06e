import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Cause } from '../routing/cause.ts';
import { ownAnswer } from '../routing/own-answer.ts';
import type { RawHeaders } from './upstream.ts';

/** Name of the proxy's process, and how many bytes the headers of a request may have. */
interface Told {
  readonly proxy: string;
  readonly headerBytes: number;
}

/** A request that is answered because it is malformed. What is not known of it is `null`. */
export interface Malformed {
  readonly method: string | null;
  readonly path: string | null;
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | null;
  readonly status: number;
  /** Of the body of the answer. */
  readonly bytesSent: number;
}

type ParserError = NodeJS.ErrnoException & { readonly reason?: string };

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The whole answer to bytes that are no HTTP/1, of which there is no request to respond to. */
export const answerToBytes = (
  error: ParserError,
  { proxy, headerBytes }: Told,
): { readonly text: string; readonly malformed: Malformed } => {
  const { code = '', reason = error.message } = error;
  const cause: Cause =
    code === 'HPE_HEADER_OVERFLOW'
      ? { kind: 'headers-too-large', most: headerBytes }
      : { kind: 'bad-request', error: reason };
  const answer = ownAnswer(cause, { proxy, request: { method: '', headers: [] } });
  const status = STATUS_OF[code] ?? answer.status;
  const lines = ['connection: close'];
  for (let at = 0; at < answer.headers.length; at += 2)
    lines.push(`${answer.headers[at]}: ${answer.headers[at + 1]}`);
  return {
    text: `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${answer.body}`,
    malformed: { ...UNREAD, status, bytesSent: Buffer.byteLength(answer.body) },
  };
};

const UNREAD = { method: null, path: null, protocol: null };

/**
 * What is wrong with the `Host` of a request (RFC 9112 3.2); `null`: nothing. Of two, a proxy and an app could each go by
 * another one.
 */
export const hostProblem = (headers: RawHeaders, isNeeded: boolean): string | null => {
  let count = 0;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  if (count > 1) return 'it has more than one Host header';
  return count === 0 && isNeeded ? 'it has no Host header' : null;
};

/** Answers a request that nobody else may see, in its turn on its connection, which ends with it. */
export const refuseRequest = (
  response: ServerResponse,
  { proxy, error }: { readonly proxy: string; readonly error: string },
): Malformed => {
  const { method = 'GET', url = '', httpVersionMinor } = response.req;
  const { status, headers, body } = ownAnswer(
    { kind: 'bad-request', error },
    { proxy, request: { method, headers: [] } },
  );
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(status, [...headers]).end(body);
  const protocol = httpVersionMinor === 0 ? 'HTTP/1.0' : 'HTTP/1.1';
  return { method, path: url, protocol, status, bytesSent: Buffer.byteLength(body) };
};
