import type { Socket } from 'node:net';
import type { Downstream } from '../http/downstream.ts';
import { type Http1Settings, Http1Side } from '../http/http1-side.ts';
import type { Http2Side } from '../http/http2-side.ts';
import type { Service } from './service.ts';
import { beginsWith } from './sniff.ts';

export interface HttpServiceSettings {
  /** Name of the proxy's process. */
  readonly proxy: string;
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  readonly onRequest: (request: Downstream) => void;
  readonly onMalformed: Http1Settings['onMalformed'];
}

/** What a client of HTTP/2 sends first (RFC 9113 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Serves requests over HTTP/1 and HTTP/2, each with a server of Node's that is given connections. */
export class HttpService implements Service {
  readonly #settings: HttpServiceSettings;
  readonly #http1: Http1Side;
  readonly #unknown = new Set<Socket>();
  #http2: Promise<Http2Side> | null = null;
  #loadedHttp2: Http2Side | null = null;
  #isDraining = false;

  constructor(settings: HttpServiceSettings) {
    this.#settings = settings;
    this.#http1 = new Http1Side(settings);
  }

  get openRequests(): number {
    return this.#http1.openRequests + (this.#loadedHttp2?.openRequests ?? 0);
  }

  /** A connection whose first bytes tell what it is. */
  accept(socket: Socket): void {
    this.#unknown.add(socket);
    beginsWith(socket, PREFACE, (isHttp2) => {
      this.#unknown.delete(socket);
      if (isHttp2 === null) socket.destroy();
      else if (isHttp2) this.acceptHttp2(socket);
      else this.acceptHttp1(socket);
    });
  }

  acceptHttp1(socket: Socket): void {
    this.#http1.accept(socket);
  }

  acceptHttp2(socket: Socket): void {
    // Node's sessions do not notice the end of a connection that stays open for the other direction.
    socket.allowHalfOpen = false;
    // Most proxies never see HTTP/2 and do not load it.
    this.#http2 ??= import('../http/http2-side.ts').then(({ Http2Side }) => {
      this.#loadedHttp2 = new Http2Side(this.#settings);
      if (this.#isDraining) this.#loadedHttp2.drain();
      return this.#loadedHttp2;
    });
    void this.#http2.then((side) => side.accept(socket));
  }

  drain(): void {
    this.#isDraining = true;
    this.#http1.drain();
    this.#loadedHttp2?.drain();
  }

  closeIdle(): void {
    for (const socket of this.#unknown) socket.destroy();
    this.#http1.closeIdle();
    this.#loadedHttp2?.closeIdle();
  }
}
