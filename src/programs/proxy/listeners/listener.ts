import { sleep } from '../../../time/timers.ts';
import type { HostAndPort } from '../../address.ts';
import type { ListenerStats } from '../stats/listener-stats.ts';
import { Acceptor, type ConnectionLimit } from './acceptor.ts';
import type { Service } from './service.ts';

/** Clients that are about to send a request on an idle connection are answered for this long after a drain has begun. */
const IDLE_GRACE = 100;

/** Looks this often whether a service that was replaced is done. */
const LOOKS_EVERY = 20;

/** An address that is listened on, and what serves it now. */
export class Listener {
  readonly #acceptor: Acceptor;
  #service: Service;
  /** They serve connections of before a reload. */
  readonly #replaced = new Set<Service>();

  constructor(service: Service, limit: ConnectionLimit, stats: ListenerStats) {
    this.#service = service;
    this.#acceptor = new Acceptor(limit, stats, (socket) => this.#service.accept(socket));
  }

  listen(at: HostAndPort): Promise<void> {
    return this.#acceptor.listen(at);
  }

  get openConnections(): number {
    return this.#acceptor.openConnections;
  }

  get port(): number {
    return this.#acceptor.port;
  }

  get openRequests(): number {
    return [...this.#replaced, this.#service].reduce((sum, { openRequests }) => sum + openRequests, 0);
  }

  /** New connections are served in another way; those that are open come to their end. */
  async replace(service: Service): Promise<void> {
    const before = this.#service;
    this.#service = service;
    this.#replaced.add(before);
    await drained(before);
    while (before.openRequests > 0) await sleep(LOOKS_EVERY);
    this.#replaced.delete(before);
  }

  /** Takes no more connections, and no more requests than one on each of those that are open. Cuts none. */
  async drain(): Promise<void> {
    this.#service.drain();
    await this.#acceptor.stop();
    await drained(this.#service);
  }

  /** Ends what is still open. */
  cut(): void {
    this.#acceptor.cut();
  }
}

const drained = async (service: Service): Promise<void> => {
  service.drain();
  await sleep(IDLE_GRACE);
  service.closeIdle();
};
