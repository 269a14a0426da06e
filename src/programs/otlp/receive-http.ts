import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { every } from '../../time/timers.ts';
import { isForeignPage } from '../foreign-page.ts';
import { type Encoding, encodeResponse, encodeStatus } from './codec.ts';
import { MalformedBody } from './malformed-body.ts';
import type { Signal } from './messages.ts';
import { maxBytesOf, type ReceiverOptions, type Refusal, type RunningReceiver } from './receiver.ts';

/** Answers a request for a path of OTLP; false: the path is another one, and nothing has been done. */
export type HttpReceiver = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const SIGNALS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
  '/v1/logs': 'logs',
};

const TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Bodies that are being received have so many bytes at most, however many clients send. */
const MOST_AT_ONCE = 64 * 1024 * 1024;

/** A server has so many connections at most. One that sends nothing for a minute is closed. */
const MOST_CONNECTIONS = 1_000;
const KEEPS_ALIVE_FOR = 60_000;
const REQUEST_WITHIN = 30_000;

/**
 * Serves OTLP over HTTP at an address. Pages of a browser may send from this machine's own servers only.
 *
 * @example
 * const receiver = await serveOtlpHttp({ host: '127.0.0.1', port: 4318 }, { take });
 */
export const serveOtlpHttp = async (
  at: { readonly host: string; readonly port: number },
  options: ReceiverOptions,
): Promise<RunningReceiver> => {
  const receive = otlpHttp(options);
  const server = createServer({ requestTimeout: REQUEST_WITHIN, headersTimeout: REQUEST_WITHIN });
  server.maxConnections = MOST_CONNECTIONS;
  server.keepAliveTimeout = KEEPS_ALIVE_FOR;
  server.on('request', async (request, response) => {
    if (!(await receive(request, response))) response.writeHead(404).end('404 page not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  return { close: () => closed(server) };
};

/** Connections that have a request now are idle soon. */
const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const stop = every(20, () => server.closeIdleConnections());
    server.close(() => {
      stop();
      resolve();
    });
    server.closeIdleConnections();
  });

/** Receives OTLP over HTTP on a server that has other paths, too. */
export const otlpHttp = (options: ReceiverOptions): HttpReceiver => {
  const room = { bytes: 0 };
  return async (request, response) => {
    const signal = SIGNALS[request.url?.split('?')[0] ?? ''];
    if (signal === undefined) return false;
    // A client that goes away in the middle is told nothing.
    await answer(new Exchange(signal, request, response, options, room)).catch(() => response.destroy());
    return true;
  };
};

const answer = async (exchange: Exchange): Promise<void> => {
  if (isForeignPage(exchange.request.headers))
    return exchange.refuse(403, 'foreign', 'Foreign pages may not send.');
  exchange.allowPage();
  if (exchange.request.method === 'OPTIONS') return exchange.end(204);
  if (exchange.request.method !== 'POST')
    return exchange.refuse(405, 'type', 'Requests of OTLP are POST.', { allow: 'POST' });
  const { encoding, compression } = exchange;
  if (encoding === null)
    return exchange.refuse(415, 'type', `The content type must be ${TYPES.protobuf} or ${TYPES.json}.`);
  if (compression !== 'gzip' && compression !== 'identity')
    return exchange.refuse(415, 'type', `The content encoding must be gzip, not ${compression}.`);
  await exchange.receive(encoding);
};

/** One request and its answer. */
class Exchange {
  readonly request: IncomingMessage;
  readonly #signal: Signal;
  readonly #response: ServerResponse;
  readonly #options: ReceiverOptions;
  readonly #room: { bytes: number };

  constructor(
    signal: Signal,
    request: IncomingMessage,
    response: ServerResponse,
    options: ReceiverOptions,
    room: { bytes: number },
  ) {
    this.#signal = signal;
    this.request = request;
    this.#response = response;
    this.#options = options;
    this.#room = room;
  }

  get encoding(): Encoding | null {
    const type = this.request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type === TYPES.protobuf) return 'protobuf';
    return type === TYPES.json ? 'json' : null;
  }

  get compression(): string {
    return this.request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  }

  async receive(encoding: Encoding): Promise<void> {
    const maxBytes = maxBytesOf(this.#options);
    const tooLarge = (): Promise<void> =>
      this.refuse(413, 'too-large', `A body has ${maxBytes} bytes at most, also inflated.`);
    if (Number(this.request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    const body = await this.#body(maxBytes);
    if (body === 'full') return this.#full(1);
    if (body === 'too-large') return tooLarge();
    const bytes = this.compression === 'gzip' ? inflated(body, maxBytes) : body;
    if (bytes === 'too-large') return tooLarge();
    if (bytes === 'malformed') return this.refuse(400, 'malformed', 'The body is no gzip.');
    await this.#take(bytes, encoding);
  }

  async #take(bytes: Buffer, encoding: Encoding): Promise<void> {
    const taken = await this.#options.take(this.#signal, bytes, encoding).catch((error: unknown) => {
      if (error instanceof MalformedBody) return error;
      throw error;
    });
    if (taken instanceof MalformedBody) return this.refuse(400, 'malformed', taken.message);
    if (taken.kind === 'full') return this.#full(taken.retryAfterSeconds);
    this.end(200, await encodeResponse(this.#signal, taken.partial, encoding), TYPES[encoding]);
  }

  #full(seconds: number): Promise<void> {
    return this.refuse(429, 'full', 'There is no room now.', { 'retry-after': String(Math.ceil(seconds)) });
  }

  /** Of several clients together, too, no more than there is room for. */
  async #body(maxBytes: number): Promise<Buffer | 'too-large' | 'full'> {
    const parts: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const part of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += part.length;
        this.#room.bytes += part.length;
        if (bytes > maxBytes) return 'too-large';
        if (this.#room.bytes > MOST_AT_ONCE) return 'full';
        parts.push(part);
      }
      return Buffer.concat(parts);
    } finally {
      this.#room.bytes -= bytes;
    }
  }

  /** A page of a server of this machine reads the answer only if it says that it may. */
  allowPage(): void {
    const { origin } = this.request.headers;
    if (origin === undefined) return;
    this.#response.setHeader('access-control-allow-origin', origin);
    this.#response.setHeader('access-control-allow-headers', 'content-type, content-encoding, traceparent');
    this.#response.setHeader('access-control-max-age', '600');
    this.#response.setHeader('vary', 'origin');
  }

  async refuse(
    status: number,
    refusal: Refusal,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    this.#options.refused?.(this.#signal, refusal);
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
    const encoding = this.encoding ?? 'json';
    this.end(status, await encodeStatus(message, encoding), TYPES[encoding]);
  }

  end(status: number, body?: Buffer, type?: string): void {
    // What is left of a body is not read, so nothing can follow it on this connection.
    if (!this.request.complete) this.#response.setHeader('connection', 'close');
    if (type !== undefined) this.#response.setHeader('content-type', type);
    this.#response.writeHead(status);
    this.#response.end(body);
    this.request.resume();
  }
}

const inflated = (body: Buffer, maxOutputLength: number): Buffer | 'too-large' | 'malformed' => {
  try {
    return gunzipSync(body, { maxOutputLength });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed';
  }
};
