import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { h2Tunnel } from '../streams/upgrade/h2-tunnel.ts';
import type { ClientListener, ClientTunnel, Downstream } from './downstream.ts';
import type { RawHeaders } from './upstream.ts';

const NO_TRAILERS: RawHeaders = [];

/** What an HTTP/1 endpoint could not be asked in one line. */
const LINE = /^[\x21-\x7e\x80-\xff]+$/;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A request over HTTP/2. */
export class H2Downstream implements Downstream {
  readonly protocol = 'HTTP/2';
  readonly method: string;
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly headers: RawHeaders;
  readonly body: Readable | null;
  readonly trailers: (() => RawHeaders) | null;
  readonly isExpecting = false;
  readonly tunnel: ClientTunnel | null;
  listener: ClientListener | null = null;
  readonly #stream: ServerHttp2Stream;
  #sent: RawHeaders = NO_TRAILERS;
  #received: RawHeaders = NO_TRAILERS;
  #hasEnded = false;

  private constructor(stream: ServerHttp2Stream, { pseudo, headers }: SplitHeaders, isWhole: boolean) {
    this.#stream = stream;
    const protocol = pseudo[':protocol'];
    // It is what an upgrade is in HTTP/1.1 (RFC 8441).
    this.method = protocol === undefined ? (pseudo[':method'] ?? '') : 'GET';
    this.tunnel = protocol === undefined ? null : h2Tunnel(stream, protocol, () => this.#handOver());
    this.url = pseudo[':path'] ?? '';
    this.scheme = 'encrypted' in (stream.session?.socket ?? {}) ? 'https' : 'http';
    this.authority = pseudo[':authority'] ?? hostIn(headers);
    this.headers = headers;
    const hasBody = !isWhole && this.tunnel === null;
    this.body = hasBody ? stream : null;
    this.trailers = hasBody ? () => this.#received : null;
    if (hasBody)
      stream.on('trailers', (_trailers, _flags, raw: RawHeaders) => {
        this.#received = raw;
      });
    stream.on('drain', () => this.listener?.onDrain());
    stream.on('close', () => {
      if (!this.#hasEnded) this.listener?.onGone();
    });
  }

  /** `null`: it cannot be passed on to any endpoint. */
  static of(stream: ServerHttp2Stream, raw: RawHeaders, isWhole: boolean): H2Downstream | null {
    const request = new H2Downstream(stream, split(raw), isWhole);
    const { method, url, authority } = request;
    const isFit = METHOD.test(method) && LINE.test(url) && (authority === '' || LINE.test(authority));
    return isFit ? request : null;
  }

  get connection(): Socket | null {
    return this.#stream.session?.socket ?? null;
  }

  get ip(): string {
    return this.#stream.session?.socket.remoteAddress ?? '';
  }

  inform(status: number, headers: RawHeaders): void {
    if (this.#isOpen) this.#stream.additionalHeaders(objectOf(headers, status));
  }

  respond(status: number, headers: RawHeaders, isWhole: boolean): void {
    if (!this.#isOpen) return;
    this.#hasEnded = isWhole;
    if (!isWhole) this.#stream.once('wantTrailers', () => this.#sendTrailers());
    this.#stream.respond(objectOf(headers, status), { endStream: isWhole, waitForTrailers: !isWhole });
  }

  write(chunk: Buffer): boolean {
    return this.#stream.write(chunk);
  }

  end(trailers: RawHeaders): void {
    this.#sent = trailers;
    this.#hasEnded = true;
    if (this.#isOpen) this.#stream.end();
  }

  cut(): void {
    this.#hasEnded = true;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** What happens on the stream from here on is not this request's. */
  #handOver(): void {
    this.#hasEnded = true;
    this.listener = null;
  }

  get #isOpen(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  #sendTrailers(): void {
    this.#stream.sendTrailers(objectOf(this.#sent, null));
  }
}

interface SplitHeaders {
  readonly pseudo: Readonly<Record<string, string>>;
  readonly headers: RawHeaders;
}

/** Cookies come in crumbs, which are one header outside of HTTP/2 (RFC 9113 8.2.3). */
const split = (raw: RawHeaders): SplitHeaders => {
  const pseudo: Record<string, string> = {};
  const headers: string[] = [];
  let cookieAt = -1;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at], raw[at + 1]];
    if (name.startsWith(':')) pseudo[name] = value;
    else if (name === 'cookie' && cookieAt !== -1) headers[cookieAt] = `${headers[cookieAt]}; ${value}`;
    else {
      headers.push(name, value);
      if (name === 'cookie') cookieAt = headers.length - 1;
    }
  }
  return { pseudo, headers };
};

const hostIn = (headers: RawHeaders): string => {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'host');
  return at === -1 ? '' : (headers[at + 1] ?? '');
};

const objectOf = (headers: RawHeaders, status: number | null): OutgoingHttpHeaders => {
  const object: Record<string, string | number | string[]> = status === null ? {} : { ':status': status };
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at]?.toLowerCase(), headers[at + 1]];
    const before = object[name];
    if (before === undefined) object[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else object[name] = [String(before), value];
  }
  return object;
};
