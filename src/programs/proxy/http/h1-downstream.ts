import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Bagged } from './bag.ts';
import type { ClientListener, ClientTunnel, Downstream } from './downstream.ts';
import { requestTarget } from './request-target.ts';
import type { RawHeaders } from './upstream.ts';

interface ClientFacts {
  readonly scheme: 'http' | 'https';
  readonly isExpecting: boolean;
  readonly tunnel: ClientTunnel | null;
}
/** Bytes of a body that goes out with its head. */
const SMALL = 8 * 1024;

/** A request over HTTP/1, by Node's server. */
export class H1Downstream implements Downstream, Bagged {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1';
  readonly method: string;
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly headers: RawHeaders;
  readonly body: Readable | null;
  readonly trailers: (() => RawHeaders) | null;
  readonly isExpecting: boolean;
  readonly tunnel: ClientTunnel | null;
  listener: ClientListener | null = null;
  place = -1;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  /** Length of a body of which nothing has been written yet; -1: it is not known, or begun. */
  #length = -1;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { scheme, isExpecting, tunnel }: ClientFacts,
  ) {
    const { headers } = request;
    const isChunked = headers['transfer-encoding'] !== undefined;
    this.#request = request;
    this.#response = response;
    this.protocol = request.httpVersionMinor === 0 ? 'HTTP/1.0' : 'HTTP/1.1';
    this.method = request.method ?? 'GET';
    const target = requestTarget(request.url ?? '/', headers.host ?? '', request.rawHeaders);
    this.url = target.url;
    this.authority = target.authority;
    this.scheme = scheme;
    this.headers = target.headers;
    const hasBody = isChunked || (headers['content-length'] ?? '0') !== '0';
    this.body = hasBody && tunnel === null ? request : null;
    this.trailers = isChunked ? () => request.rawTrailers : null;
    this.isExpecting = isExpecting;
    this.tunnel = tunnel;
    response.sendDate = false;
    response.on('drain', () => this.listener?.onDrain());
    response.on('close', () => {
      if (!response.writableFinished) this.listener?.onGone();
    });
    // An error of the connection is followed by the end of it.
    response.on('error', () => undefined);
  }

  get connection(): Socket {
    return this.#request.socket;
  }

  isAnsweredBy(response: ServerResponse): boolean {
    return this.#response === response;
  }

  get ip(): string {
    return this.#request.socket.remoteAddress ?? '';
  }

  /** After this response, the connection ends. */
  closeAfterwards(): void {
    this.#response.shouldKeepAlive = false;
  }

  inform(status: number, headers: RawHeaders): void {
    // HTTP/1.0 has no such responses. A response that waits for the one before it has no socket yet.
    if (this.protocol === 'HTTP/1.0') return;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
    this.#response.socket?.write(`${text}\r\n`, 'latin1');
  }

  respond(status: number, headers: RawHeaders, isWhole: boolean): void {
    // Whether a client that did not wait for its 100 in the end sends the body, nobody can know.
    if (this.isExpecting && !this.#request.complete) this.closeAfterwards();
    this.#response.writeHead(status, headers as string[]);
    this.#length = isWhole ? -1 : lengthIn(headers);
  }

  write(chunk: Buffer): boolean {
    if (chunk.length === this.#length) {
      this.#writeWhole(chunk);
      return true;
    }
    this.#length = -1;
    return this.#response.write(chunk);
  }

  end(trailers: RawHeaders): void {
    if (trailers.length > 0) this.#response.addTrailers(pairsOf(trailers));
    this.#response.end();
  }

  /** Node sends the head and a body in one write if both are text, and a small body is copied faster than written alone. */
  #writeWhole(body: Buffer): void {
    if (body.length > SMALL) this.#response.end(body);
    else this.#response.end(body.toString('latin1'), 'latin1');
  }

  cut(): void {
    const { socket } = this.#request;
    // Without a length and without chunks, only a reset tells that something is missing.
    if (this.protocol === 'HTTP/1.0') socket.resetAndDestroy();
    else socket.destroy();
  }
}

const lengthIn = (headers: RawHeaders): number => {
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (name.length === 14 && name.toLowerCase() === 'content-length') return Number(headers[at + 1]);
  }
  return -1;
};

const pairsOf = (headers: RawHeaders): [string, string][] => {
  const pairs: [string, string][] = [];
  for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at] ?? '', headers[at + 1] ?? '']);
  return pairs;
};
