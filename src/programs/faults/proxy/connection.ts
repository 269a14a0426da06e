import { connect, type Socket } from 'node:net';
import type { HostAndPort } from '../../address.ts';
import type { Direction, Toxic } from '../toxics/toxic.ts';
import { Link } from './link.ts';
import type { Traffic } from './traffic.ts';

interface ConnectionOptions {
  readonly client: Socket;
  readonly upstream: HostAndPort;
  readonly toxics: readonly Toxic[];
  readonly traffic: Traffic;
  readonly onClosed: () => void;
  readonly onUnreachable: (error: Error) => void;
}

/** A client's connection with one to the server, and a link for each direction. */
export class Connection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: ConnectionOptions;
  #links: Readonly<Record<Direction, Link>> | null = null;
  #toxics: readonly Toxic[];

  constructor(options: ConnectionOptions) {
    const { client, upstream, toxics } = options;
    this.#options = options;
    this.#toxics = toxics;
    this.#client = client.setNoDelay(true).pause();
    this.#server = connect({ ...upstream, allowHalfOpen: true, noDelay: true });
    this.#server.once('connect', () => this.#join());
    this.#watch(this.#client, this.#server);
    this.#watch(this.#server, this.#client);
  }

  /** Toxics that come, go or change while it is open. */
  add(toxic: Toxic): void {
    this.#toxics = [...this.#toxics, toxic];
    this.#links?.[toxic.stream].add(toxic);
  }

  update(toxic: Toxic): void {
    this.#toxics = this.#toxics.map((each) => (each.name === toxic.name ? toxic : each));
    this.#links?.[toxic.stream].update(toxic);
  }

  remove({ name, stream }: Toxic): void {
    this.#toxics = this.#toxics.filter((each) => each.name !== name);
    this.#links?.[stream].remove(name);
  }

  close(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #join(): void {
    const { traffic } = this.#options;
    const link = (direction: Direction, from: Socket, to: Socket): Link =>
      new Link({
        ...{ from, to },
        toxics: this.#toxics.filter(({ stream }) => stream === direction),
        onReceived: (bytes) => traffic.received(direction, bytes),
        onSent: (bytes) => traffic.sent(direction, bytes),
        onCut: (how) => this.#cut(how, to),
      });
    this.#links = {
      upstream: link('upstream', this.#client, this.#server),
      downstream: link('downstream', this.#server, this.#client),
    };
  }

  /** What was written before a close still arrives. */
  #cut(how: 'close' | 'reset', to: Socket): void {
    if (how === 'reset') {
      this.#client.resetAndDestroy();
      this.#server.resetAndDestroy();
      return;
    }
    to.destroySoon();
    const other = to === this.#client ? this.#server : this.#client;
    other.destroy();
  }

  /** A connection that fails at one side fails in the same way at the other. */
  #watch(socket: Socket, other: Socket): void {
    let failure: NodeJS.ErrnoException | null = null;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      if (failure !== null && this.#links === null && socket === this.#server)
        this.#options.onUnreachable(failure);
      if (failure?.code === 'ECONNRESET') other.resetAndDestroy();
      else if (!socket.readableEnded) other.destroySoon();
      if (this.#client.destroyed && this.#server.destroyed) this.#over();
    });
  }

  #over(): void {
    for (const link of Object.values(this.#links ?? {})) link.close();
    this.#options.onClosed();
  }
}
