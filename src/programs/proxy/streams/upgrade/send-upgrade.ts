import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Attempt, RawHeaders, ResponseSink, UpstreamRequest } from '../../http/upstream.ts';
import { endToEnd } from '../../routing/hop-by-hop.ts';
import { headerIn } from '../../routing/raw-headers.ts';
import { type DialOptions, dial } from '../dial.ts';
import { newKey } from './web-socket.ts';

/** Of the headers of a response together. */
const MOST_OF_HEAD = 256 * 1024;

/** Asks an endpoint over HTTP/1.1 for a tunnel, on a connection of its own. */
export const sendUpgrade = (to: DialOptions, request: UpstreamRequest, sink: ResponseSink): Attempt =>
  new UpgradeAttempt(to, request, sink);

class UpgradeAttempt implements Attempt {
  readonly #request: UpstreamRequest;
  readonly #sink: ResponseSink;
  readonly #giveUp: () => void;
  #message: ClientRequest | null = null;
  #response: IncomingMessage | null = null;
  #isOver = false;

  constructor(to: DialOptions, request: UpstreamRequest, sink: ResponseSink) {
    this.#request = request;
    this.#sink = sink;
    this.#giveUp = dial(
      { ...to, alpn: ['http/1.1'], allowHalfOpen: true },
      {
        onOpen: (socket) => this.#ask(socket),
        onFailure: (failure, cause) => this.#end(() => sink.onFailure(failure, cause)),
      },
    );
  }

  resume(): void {
    this.#response?.resume();
  }

  abort(): void {
    this.#end(() => undefined);
    if (this.#message === null) this.#giveUp();
    else this.#message.destroy();
  }

  #ask(socket: Socket): void {
    this.#sink.onConnected();
    const { method, path } = this.#request;
    const message = httpRequest({
      ...{ method, path, setDefaultHeaders: false, maxHeaderSize: MOST_OF_HEAD },
      headers: this.#headers(),
      createConnection: () => socket,
    });
    this.#message = message;
    message.on('error', (cause) => this.#fail(cause));
    message.on('information', ({ statusCode, rawHeaders }) => {
      if (!this.#isOver) this.#sink.onInformation(statusCode, endToEnd(rawHeaders));
    });
    message.once('upgrade', (response, stream: Socket, head) => this.#grant(response, stream, head));
    message.once('connect', (response, stream: Socket, head) => this.#connected(response, stream, head));
    message.once('response', (response) => this.#refuse(response));
    message.end();
  }

  #headers(): string[] {
    const { headers, tunnel } = this.#request;
    const needsKey = tunnel === 'websocket' && headerIn(headers, 'sec-websocket-key') === null;
    const isUpgrade = tunnel !== 'CONNECT' && headerIn(headers, 'upgrade') === null;
    return [
      ...headers,
      ...(isUpgrade ? ['connection', 'upgrade', 'upgrade', tunnel ?? ''] : []),
      ...(needsKey ? ['sec-websocket-key', newKey()] : []),
    ];
  }

  #grant({ statusCode = 101, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): void {
    if (head.length > 0) socket.unshift(head);
    this.#end(() => this.#sink.onTunnel?.(statusCode, endToEnd(rawHeaders, true), socket));
  }

  /** Node takes every answer to a CONNECT for a tunnel, and leaves the body of one that refuses it unread. */
  #connected(response: IncomingMessage, socket: Socket, head: Buffer): void {
    const { statusCode = 502, rawHeaders } = response;
    if (statusCode < 300) return this.#grant(response, socket, head);
    socket.destroy();
    this.#end(() => {
      this.#sink.onHead(statusCode, withoutLength(endToEnd(rawHeaders)), true);
      this.#sink.onEnd([]);
    });
  }

  #refuse(response: IncomingMessage): void {
    const sink = this.#sink;
    if (this.#isOver) return;
    this.#response = response;
    sink.onHead(response.statusCode ?? 502, endToEnd(response.rawHeaders), false);
    response.on('data', (chunk: Buffer) => {
      if (!this.#isOver && !sink.onData(chunk)) response.pause();
    });
    response.once('end', () => this.#end(() => sink.onEnd(endToEnd(response.rawTrailers))));
    response.on('error', (cause) => this.#end(() => sink.onFailure('broken', cause)));
  }

  #fail(cause: NodeJS.ErrnoException): void {
    const isProtocol = cause.code?.startsWith('HPE_') === true;
    this.#end(() => this.#sink.onFailure(isProtocol ? 'protocol-error' : 'reset', cause));
  }

  #end(tell: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    tell();
  }
}

const withoutLength = (headers: RawHeaders): RawHeaders =>
  headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'content-length');
