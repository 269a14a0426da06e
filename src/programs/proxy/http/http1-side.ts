import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterOthers, H1Tunnel, isTarget, isUpgrade } from '../streams/upgrade/h1-tunnel.ts';
import { Bag } from './bag.ts';
import { H1Downstream } from './h1-downstream.ts';

export interface Http1Settings {
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  readonly onRequest: (request: H1Downstream, socket: Duplex) => void;
}

type Facts = Pick<H1Downstream, 'isExpecting' | 'tunnel'>;

/** A client has this long for the head of a request. Its body may take longer, as long as it goes on. */
const HEAD_WITHIN = 60_000;

/** Clients close connections that they do not need. One that is closed here may be in use by then. */
const IDLE_FOR = 3_600_000;

/** The server for requests over HTTP/1. It does not listen: it is given connections. */
export class Http1Side {
  readonly #server: Server;
  readonly #open = new Bag<H1Downstream>();
  #isDraining = false;

  constructor({ headerBytes, onRequest }: Http1Settings) {
    const serve = (request: IncomingMessage, response: ServerResponse, facts: Facts): void => {
      const scheme = 'encrypted' in request.socket ? 'https' : 'http';
      const client = new H1Downstream(request, response, { scheme, ...facts });
      if (this.#isDraining || facts.tunnel !== null) client.closeAfterwards();
      this.#open.add(client);
      response.once('close', () => this.#open.delete(client));
      onRequest(client, request.socket);
    };
    const onAny = (isExpecting: boolean) => (request: IncomingMessage, response: ServerResponse) =>
      serve(request, response, { isExpecting, tunnel: null });
    const onTunnel = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (!isTarget(request)) return refuse(new Error('no authority'), socket);
      afterOthers(socket, () => {
        const response = new ServerResponse(request);
        const tunnel = new H1Tunnel(request, response, socket, head);
        serve(request, response, { isExpecting: false, tunnel });
      });
    };
    this.#server = createServer(
      {
        ...{ maxHeaderSize: headerBytes, headersTimeout: HEAD_WITHIN, requestTimeout: 0 },
        ...{ keepAliveTimeout: IDLE_FOR, connectionsCheckingInterval: 5_000, noDelay: true },
        shouldUpgradeCallback: isUpgrade,
      },
      onAny(false),
    );
    this.#server.on('checkContinue', onAny(true));
    this.#server.on('upgrade', onTunnel);
    this.#server.on('connect', onTunnel);
    this.#server.on('clientError', refuse);
    // Node watches the timeouts of a server that listens, and this one is only given connections.
    this.#server.emit('listening');
  }

  get openRequests(): number {
    return this.#open.size;
  }

  accept(socket: Duplex): void {
    this.#server.emit('connection', socket);
  }

  /** Every connection ends with the answer to its next request. */
  drain(): void {
    this.#isDraining = true;
    this.#open.each((client) => client.closeAfterwards());
  }

  closeIdle(): void {
    this.#server.closeIdleConnections();
  }
}

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What came is no HTTP/1. No answer may come behind another one that has begun. */
const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  const { _httpMessage: response } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  if (!socket.writable || response?.headersSent === true || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\nx-sidecarctl-flags: DPE\r\ncontent-length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
};
