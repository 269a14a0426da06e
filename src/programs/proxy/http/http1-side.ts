import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterOthers, H1Tunnel, isTarget, isUpgrade } from '../streams/upgrade/h1-tunnel.ts';
import { Bag } from './bag.ts';
import { H1Downstream } from './h1-downstream.ts';
import { answerToBytes, hostProblem, type Malformed, refuseRequest } from './malformed.ts';

export interface Http1Settings {
  /** Name of the proxy's process. */
  readonly proxy: string;
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  readonly onRequest: (request: H1Downstream, socket: Duplex) => void;
  /** A request that is answered here, and that nobody else sees. */
  readonly onMalformed: (malformed: Malformed) => void;
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

  constructor({ proxy, headerBytes, onRequest, onMalformed }: Http1Settings) {
    const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void =>
      refuseBytes(socket, error, (response) => {
        const { text, malformed } = answerToBytes(error, { proxy, headerBytes });
        const client = this.#clientOf(response);
        if (client === null) onMalformed(malformed);
        else client.listener?.onMalformed(malformed.status);
        return text;
      });
    const serve = (request: IncomingMessage, response: ServerResponse, facts: Facts): void => {
      const scheme = 'encrypted' in request.socket ? 'https' : 'http';
      const client = new H1Downstream(request, response, { scheme, ...facts });
      if (this.#isDraining || facts.tunnel !== null) client.closeAfterwards();
      this.#open.add(client);
      response.once('close', () => this.#open.delete(client));
      onRequest(client, request.socket);
    };
    const onAny = (isExpecting: boolean) => (request: IncomingMessage, response: ServerResponse) => {
      const problem = problemOf(request);
      if (problem === null) serve(request, response, { isExpecting, tunnel: null });
      else onMalformed(refuseRequest(response, { proxy, error: problem }));
    };
    const onTunnel = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const problem = isTarget(request) ? problemOf(request) : 'a CONNECT has a host and a port, and no body';
      if (problem !== null) return refuse(new Error(problem), socket);
      afterOthers(socket, () => {
        const response = new ServerResponse(request);
        const tunnel = new H1Tunnel(request, response, socket, head);
        serve(request, response, { isExpecting: false, tunnel });
      });
    };
    this.#server = createServer(
      {
        ...{ maxHeaderSize: headerBytes, headersTimeout: HEAD_WITHIN, requestTimeout: 0 },
        requireHostHeader: false,
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

  /** The request that has begun to come, and goes on as no HTTP/1. */
  #clientOf(response: ServerResponse | null): H1Downstream | null {
    let found: H1Downstream | null = null;
    this.#open.each((client) => {
      if (response !== null && client.isAnsweredBy(response)) found = client;
    });
    return found;
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

/** HTTP/1.0 has no `Host`, and what a CONNECT is for stands in its first line. */
const problemOf = ({ rawHeaders, httpVersionMinor, method }: IncomingMessage): string | null =>
  hostProblem(rawHeaders, httpVersionMinor > 0 && method !== 'CONNECT');

/** What came is no HTTP/1. No answer may come behind another one that has begun. */
const refuseBytes = (
  socket: Duplex,
  error: NodeJS.ErrnoException,
  answer: (response: ServerResponse | null) => string,
): void => {
  const { _httpMessage: response = null } = socket as Duplex & {
    readonly _httpMessage?: ServerResponse | null;
  };
  if (!socket.writable || response?.headersSent === true || error.code === 'ECONNRESET') socket.destroy();
  else socket.end(answer(response), () => socket.destroy());
};
