import {
  constants,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Downstream } from './downstream.ts';
import { H2Downstream } from './h2-downstream.ts';

export interface Http2Settings {
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  readonly onRequest: (request: Downstream) => void;
}

const MOST_STREAMS = 250;

/** All that may be promised to a client that has not heard of the end yet. */
const EVERY_STREAM = 2 ** 31 - 1;

const sayGoodbye = (session: ServerHttp2Session): void => {
  if (!session.closed && !session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, EVERY_STREAM);
};

/** The server for requests over HTTP/2. It does not listen: it is given connections. */
export class Http2Side {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  #openRequests = 0;
  #isDraining = false;

  constructor({ headerBytes, onRequest }: Http2Settings) {
    this.#server = createServer({
      settings: {
        maxConcurrentStreams: MOST_STREAMS,
        maxHeaderListSize: headerBytes,
        enableConnectProtocol: true,
      },
    });
    this.#server.on('session', (session) => this.#take(session));
    this.#server.on('sessionError', () => undefined);
    this.#server.on('stream', (stream, _headers, flags, raw: readonly string[]) => {
      const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      this.#serve(stream, raw, isWhole, onRequest);
    });
  }

  get openRequests(): number {
    return this.#openRequests;
  }

  accept(socket: Duplex): void {
    this.#server.emit('connection', socket);
  }

  /** Clients learn that they are to go elsewhere; what they have sent by then is answered. */
  drain(): void {
    this.#isDraining = true;
    for (const session of this.#sessions) sayGoodbye(session);
  }

  /** Each session ends with the last of its requests. */
  closeIdle(): void {
    for (const session of this.#sessions) session.close();
  }

  #take(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.on('close', () => this.#sessions.delete(session));
    // What a client does wrong ends its session.
    session.on('error', () => undefined);
    if (this.#isDraining) sayGoodbye(session);
  }

  #serve(
    stream: ServerHttp2Stream,
    raw: readonly string[],
    isWhole: boolean,
    onRequest: (request: Downstream) => void,
  ): void {
    stream.on('error', () => undefined);
    const request = H2Downstream.of(stream, raw, isWhole);
    if (request === null) return stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
    this.#openRequests += 1;
    stream.on('close', () => {
      this.#openRequests -= 1;
    });
    onRequest(request);
  }
}
