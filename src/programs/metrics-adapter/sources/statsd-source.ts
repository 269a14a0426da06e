import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseAddress } from '../../address.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { StatsdSource as StatsdOptions } from '../options.ts';
import { StatsdSeries } from '../statsd/statsd-series.ts';
import type { Source, SourceContext, SourceFigures } from './source.ts';

/** A burst waits here while the program does something else; the kernel may allow less. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Metrics that clients of StatsD send by UDP. */
export class StatsdSource implements Source {
  readonly name: string;
  readonly #listen: string;
  readonly #series: StatsdSeries;
  #socket: Socket | null = null;

  constructor({ listen, buckets }: StatsdOptions, { name, budget, relabel }: SourceContext) {
    this.name = name;
    this.#listen = listen;
    this.#series = new StatsdSeries({ budget, relabel, buckets });
  }

  get figures(): SourceFigures {
    const { lines, malformed } = this.#series;
    return { taken: lines, failed: malformed, error: null };
  }

  async start(): Promise<void> {
    const at = parseAddress(this.#listen, 0);
    if (at === null) throw new Error(`'${this.#listen}' is no host:port`);
    const socket = createSocket(at.host.includes(':') ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('message', (bytes) => this.#series.take(bytes.toString('utf8'), Date.now()));
    const listening = once(socket, 'listening');
    socket.bind(at.port, at.host);
    await listening;
    // An error of one datagram is none of the socket.
    socket.on('error', () => undefined);
    tryRoom(socket);
  }

  families(): readonly Family[] {
    return this.#series.families(Date.now());
  }

  expire(before: number): void {
    this.#series.expire(before);
  }

  async stop(): Promise<void> {
    this.#series.clear();
    const socket = this.#socket;
    if (socket !== null) await new Promise<void>((resolve) => void socket.close(() => resolve()));
  }
}

const tryRoom = (socket: Socket): void => {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // What the system gives has to do.
  }
};
