import { sleep } from '../../../time/timers.ts';
import type { HostAndPort } from '../../address.ts';
import type { Downstream } from '../http/downstream.ts';
import { Http1Side } from '../http/http1-side.ts';
import { Acceptor, type ConnectionLimit } from './acceptor.ts';

export interface HttpListenerSettings {
  readonly headerBytes: number;
  readonly limit: ConnectionLimit;
  readonly onRequest: (request: Downstream) => void;
}

/** Clients that are about to send a request on an idle connection get an answer for this long after the drain begins. */
const IDLE_GRACE = 100;

/** Listens for requests. */
export class HttpListener {
  readonly #acceptor: Acceptor;
  readonly #http1: Http1Side;

  constructor({ headerBytes, limit, onRequest }: HttpListenerSettings) {
    this.#http1 = new Http1Side({ headerBytes, onRequest });
    this.#acceptor = new Acceptor(limit, (socket) => this.#http1.accept(socket));
  }

  get openConnections(): number {
    return this.#acceptor.openConnections;
  }

  get openRequests(): number {
    return this.#http1.openRequests;
  }

  listen(at: HostAndPort): Promise<void> {
    return this.#acceptor.listen(at);
  }

  /** Takes no more connections, and no more requests than one on each of those that are open. Cuts none. */
  async drain(): Promise<void> {
    this.#http1.drain();
    await this.#acceptor.stop();
    await sleep(IDLE_GRACE);
    this.#http1.closeIdle();
  }

  /** Ends what is still open. */
  cut(): void {
    this.#acceptor.cut();
  }
}
