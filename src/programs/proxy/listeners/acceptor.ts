import { createServer, type Server, type Socket } from 'node:net';
import { now, sleep } from '../../../time/timers.ts';
import type { HostAndPort } from '../../address.ts';
import type { ListenerStats } from '../stats/listener-stats.ts';

/** The kernel has opened connections that are still to be accepted, and would reset them. Node takes one at a time. */
const ACCEPTS_FOR = 20;

/** Under a load that never ends, it ends nevertheless. */
const ACCEPTS_AT_MOST = 500;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Connections of clients on all listeners together. */
export class ConnectionLimit {
  open = 0;
  most: number;

  constructor(most: number) {
    this.most = most;
  }
}

/** Listens, and gives its connections to whoever serves them. */
export class Acceptor {
  readonly #server: Server;
  readonly #limit: ConnectionLimit;
  readonly #stats: ListenerStats;
  readonly #open = new Set<Socket>();

  constructor(limit: ConnectionLimit, stats: ListenerStats, serve: (socket: Socket) => void) {
    this.#limit = limit;
    this.#stats = stats;
    // Whoever needs half-open connections serves bytes, and HTTP ends its side by itself.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      if (this.#admits(socket)) serve(socket);
    });
  }

  get openConnections(): number {
    return this.#open.size;
  }

  listen({ host, port }: HostAndPort): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(host === '' ? { port } : { host, port }, resolve);
    });
  }

  /** The port that it has got, where it asked for any. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Takes what the kernel has accepted already, and then no more. */
  async stop(): Promise<void> {
    await sleep(ACCEPTS_FOR);
    const until = now() + ACCEPTS_AT_MOST;
    // A turn of the loop that has found no connection has found the queue of the kernel empty.
    for (let before = -1; before !== this.#stats.connections && now() < until; ) {
      before = this.#stats.connections;
      await turn();
    }
    this.#server.close();
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #admits(socket: Socket): boolean {
    if (this.#limit.open >= this.#limit.most) {
      socket.destroy();
      return false;
    }
    this.#limit.open += 1;
    this.#stats.connections += 1;
    this.#stats.openConnections += 1;
    this.#open.add(socket);
    socket.once('close', () => {
      this.#limit.open -= 1;
      this.#stats.openConnections -= 1;
      this.#open.delete(socket);
    });
    // Whoever serves it learns of an error by the end of the connection.
    socket.on('error', () => undefined);
    return true;
  }
}
