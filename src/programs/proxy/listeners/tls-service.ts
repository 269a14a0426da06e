import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ServerTls } from '../tls/server-tls.ts';
import type { Service } from './service.ts';

/** A client that has not agreed on TLS by then is let go. */
const HANDSHAKE_WITHIN = 30_000;

/** Serves connections without TLS, or what is inside of it. */
export type InnerService = Omit<Service, 'accept'> & { readonly accept: (socket: TLSSocket) => void };

/** Takes TLS off connections, and gives them to whoever serves what is inside. */
export class TlsService implements Service {
  readonly #server: Server;
  readonly #inner: InnerService;

  constructor(tls: ServerTls, inner: InnerService) {
    this.#inner = inner;
    this.#server = createServer({ ...tls.serverOptions, handshakeTimeout: HANDSHAKE_WITHIN }, (socket) => {
      socket.allowHalfOpen = true;
      inner.accept(socket);
    });
    // Whoever cannot agree on TLS gets an alert, and the connection ends.
    this.#server.on('tlsClientError', () => undefined);
    tls.attach(this.#server);
  }

  get openRequests(): number {
    return this.#inner.openRequests;
  }

  accept(socket: Socket): void {
    // The socket of TLS takes this over: a client that leaves during the handshake has left for good.
    socket.allowHalfOpen = false;
    this.#server.emit('connection', socket);
  }

  drain(): void {
    this.#inner.drain();
  }

  closeIdle(): void {
    this.#inner.closeIdle();
  }
}
