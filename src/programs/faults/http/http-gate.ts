import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { after } from '../../../time/timers.ts';
import { formatAddress, type HostAndPort } from '../../address.ts';
import { ownAnswer } from '../../proxy/routing/own-answer.ts';
import { ClientConnection } from './client-connection.ts';
import type { Injected } from './http-fault.ts';
import { HttpFaults } from './http-faults.ts';
import { tunnel, writeAnswer } from './tunnel.ts';

interface HttpGateOptions {
  /** Name of the proxy, for what it answers itself. */
  readonly name: string;
  /** Where requests go at this moment. */
  readonly upstream: () => HostAndPort;
  /** The last fault that could happen has happened. */
  readonly onOver: () => void;
  readonly onUnreachable: (error: Error) => void;
}

/** Headers of a request together. What is larger is refused by servers. */
const MOST_OF_HEAD = 256 * 1024;

/**
 * A server for HTTP/1.1 between a proxy and its upstream, which passes on what comes as it came, except for the faults.
 * A connection of a client has one to the upstream, and both end together, so that nothing else differs from a direct one.
 */
export class HttpGate {
  readonly faults = new HttpFaults();
  readonly #options: HttpGateOptions;
  readonly #server: Server;
  readonly #connections = new WeakMap<Duplex, ClientConnection>();

  constructor(options: HttpGateOptions) {
    this.#options = options;
    const serve = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response);
    this.#server = createServer(
      { maxHeaderSize: MOST_OF_HEAD, requireHostHeader: false, noDelay: true },
      serve,
    );
    // The upstream decides how long a connection may be idle.
    this.#server.keepAliveTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.requestTimeout = 0;
    for (const event of ['checkContinue', 'checkExpectation']) this.#server.on(event, serve);
    for (const event of ['upgrade', 'connect'])
      this.#server.on(event, (request, socket, head) => this.#switch(request, socket, head));
    this.#server.on('connection', (socket) =>
      this.#connections.set(socket, new ClientConnection(socket, options)),
    );
  }

  /** Listens on a free port of this machine, for its proxy only. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { address, port } = this.#server.address() as { readonly address: string; readonly port: number };
    return formatAddress({ host: address, port });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { abort, delay } = this.#next(request);
    const go = (): void => {
      if (abort === null) return this.#connections.get(request.socket)?.forward(request, response);
      const { status, headers, body } = ownAnswer(abort, this.#asked(request));
      response.writeHead(status, [...headers]).end(body);
    };
    if (delay === 0) return go();
    const cancel = after(delay, go);
    response.once('close', cancel);
  }

  /** WebSocket and its like: faults come before the answer, and then bytes go through. */
  #switch(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { abort, delay } = this.#next(request);
    const go = (): void => {
      if (abort === null) tunnel(request, socket, head, this.#options);
      else writeAnswer(socket, ownAnswer(abort, this.#asked(request)));
    };
    socket.on('error', () => undefined);
    if (delay === 0) return go();
    const cancel = after(delay, go);
    socket.once('close', cancel);
  }

  #next({ method = 'GET', url = '/' }: IncomingMessage): Injected {
    const wasOn = this.faults.isOn;
    const injected = this.faults.next(method, url, Math.random);
    if (wasOn && !this.faults.isOn) this.#options.onOver();
    return injected;
  }

  #asked({ method = 'GET', rawHeaders }: IncomingMessage) {
    return { proxy: this.#options.name, request: { method, headers: rawHeaders } };
  }
}
