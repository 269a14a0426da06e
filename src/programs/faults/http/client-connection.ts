import { Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Socket } from 'node:net';
import type { HostAndPort } from '../../address.ts';

interface ConnectionOptions {
  readonly upstream: () => HostAndPort;
  readonly onUnreachable: (error: Error) => void;
}

/** A connection of a client, with the one to the upstream that its requests go over, one after the other. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #upstreams = new WeakSet<Socket>();
  #openResponses = 0;
  #hasEnded = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.once('close', () => this.#agent.destroy());
  }

  /** Passes a request on with its headers as they are, and its response back. */
  forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', rawHeaders } = request;
    const asked = send({
      ...this.#options.upstream(),
      ...{ agent: this.#agent, method, path: url, headers: rawHeaders, setHost: false },
    });
    this.#openResponses += 1;
    response.once('close', () => {
      this.#openResponses -= 1;
      if (!response.writableFinished) asked.destroy();
      this.#endIfOver();
    });
    asked.on('socket', (socket) => this.#follow(socket));
    asked.on('continue', () => response.writeContinue());
    asked.on('response', (answer) => this.#answer(answer, response));
    asked.on('error', (error) => this.#fail(error, !response.headersSent));
    // The client waits for the upstream's word before it sends a body.
    if (request.headers.expect !== undefined) asked.flushHeaders();
    request.pipe(asked);
  }

  #answer(answer: IncomingMessage, response: ServerResponse): void {
    const { statusCode = 502, statusMessage = '', rawHeaders } = answer;
    response.sendDate = false;
    response.writeHead(statusCode, statusMessage, rawHeaders);
    // What an event stream says first must not wait for what it says next.
    response.flushHeaders();
    answer.pipe(response, { end: false });
    answer.on('end', () => {
      if (answer.rawTrailers.length > 0) response.addTrailers(pairsOf(answer.rawTrailers));
      response.end();
    });
    answer.on('error', (error) => this.#fail(error, false));
  }

  /** When the upstream ends its connection, the client's ends too, behind what is still on its way. */
  #follow(upstream: Socket): void {
    if (this.#upstreams.has(upstream)) return;
    this.#upstreams.add(upstream);
    upstream.once('close', () => {
      this.#hasEnded = true;
      this.#endIfOver();
    });
  }

  #endIfOver(): void {
    if (this.#hasEnded && this.#openResponses === 0) this.#socket.end();
  }

  /** A connection that fails at one side fails in the same way at the other. */
  #fail(error: NodeJS.ErrnoException, isUnanswered: boolean): void {
    if (this.#socket.destroyed) return;
    if (isUnanswered && error.syscall === 'connect') this.#options.onUnreachable(error);
    if (error.code === 'ECONNRESET' && error.syscall === 'read') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}

const pairsOf = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : []));
