import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parseAddress } from '../../../address.ts';
import type { Transport } from '../batch-output.ts';
import type { SocketTarget } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import type { LogBatch } from '../output.ts';
import { syslogMessage } from './syslog-message.ts';

/** A datagram of UDP has no more than 65,507 bytes for it. */
const MOST_BYTES = 65_507;

/** Sends a message of syslog a datagram. They count as taken once they are sent, and may be lost on their way. */
export class DatagramTransport implements Transport {
  readonly #target: SocketTarget;
  #socket: Promise<Socket> | null = null;
  /** What the network said of an earlier datagram: nobody listens there. */
  #failure: Error | null = null;

  constructor(target: SocketTarget) {
    this.#target = target;
  }

  async send(batch: LogBatch, signal: AbortSignal): Promise<Outcome> {
    const rejected: number[] = [];
    try {
      this.#socket ??= this.#open();
      const socket = await this.#socket;
      for (let index = 0; index < batch.length; index += 1) {
        if (signal.aborted) throw new Error('the attempt was ended');
        const message = Buffer.from(syslogMessage(batch.entry(index)));
        if (message.length > MOST_BYTES) rejected.push(index);
        else await this.#sent(socket, message);
      }
      // The answer of a machine without a listener comes after the datagram.
      await new Promise((resolve) => void setImmediate(resolve));
      if (this.#failure !== null) throw this.#failure;
    } catch (error) {
      this.#drop();
      return { kind: 'retry', why: `${this.#target.address}: ${(error as Error).message}` };
    }
    if (rejected.length === 0) return { kind: 'taken' };
    return {
      kind: 'mixed',
      again: [],
      rejected,
      why: `a message is longer than a datagram, ${MOST_BYTES} bytes`,
    };
  }

  async close(): Promise<void> {
    this.#drop();
  }

  async #open(): Promise<Socket> {
    const at = parseAddress(this.#target.address, 1);
    if (at === null) throw new Error('it is no host:port');
    const socket = createSocket(isIPv6(at.host) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(at.port, at.host, () => resolve());
    });
    socket.removeAllListeners('error');
    socket.on('error', (error) => {
      this.#failure = error;
    });
    return socket;
  }

  #sent(socket: Socket, message: Buffer): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    return new Promise((resolve, reject) => {
      socket.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  #drop(): void {
    this.#socket?.then(
      (socket) => socket.close(),
      () => undefined,
    );
    this.#socket = null;
    this.#failure = null;
  }
}
