import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { after } from '../../../../time/timers.ts';
import { parseAddress } from '../../../address.ts';
import type { SocketTarget } from '../options.ts';
import { OutputTlsPlace } from '../tls-place.ts';

/** A server that has got everything closes its side, too. It has this long for it. */
const CLOSES_WITHIN = 1_000;

/** One connection to a server, which is made when it is needed and kept. */
export class OutputConnection {
  readonly #target: SocketTarget;
  readonly #tls: OutputTlsPlace | null;
  #socket: Socket | null = null;

  constructor(target: SocketTarget) {
    this.#target = target;
    this.#tls = target.tls === null ? null : new OutputTlsPlace(target.tls);
  }

  /** Host and port, for messages. */
  get place(): string {
    return this.#target.address;
  }

  /**
   * Uses the connection for one exchange, which has the time of the options and ends at an abort. After a failure there is
   * a new connection the next time: what the server has of the old one is not known.
   *
   * @throws Error that says what has failed
   */
  async use<Result>(signal: AbortSignal, exchange: (socket: Socket) => Promise<Result>): Promise<Result> {
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const { timeout } = this.#target;
    const stopWaiting = after(timeout, () => reject(new Error(`no answer within ${timeout} ms`)));
    const onAbort = (): void => reject(new Error('the attempt was ended'));
    signal.addEventListener('abort', onAbort);
    try {
      const socket = await Promise.race([this.#connected(), failed]);
      const ended = endOf(socket);
      return await Promise.race([exchange(socket), ended.promise, failed]).finally(ended.forget);
    } catch (error) {
      this.#drop();
      throw new Error(`${this.place}: ${(error as Error).message}`);
    } finally {
      stopWaiting();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lets the server read what it has got. */
  async close(): Promise<void> {
    this.#tls?.close();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const stopWaiting = after(CLOSES_WITHIN, () => void socket.destroy());
      socket.once('close', () => {
        stopWaiting();
        resolve();
      });
      socket.end();
      socket.resume();
    });
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== null && isOpen(this.#socket)) return this.#socket;
    this.#drop();
    const socket = await this.#open();
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once(this.#tls === null ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    return socket;
  }

  async #open(): Promise<Socket> {
    const at = parseAddress(this.#target.address, 1);
    if (at === null) throw new Error('it is no host:port');
    const socket =
      this.#tls === null
        ? connect({ ...at, noDelay: true, keepAlive: true })
        : connectTls({
            ...(isIP(at.host) === 0 ? { servername: at.host } : {}),
            ...at,
            ...(await this.#tls.connectionOptions()),
          });
    // Whoever uses it hears of it; between two uses nobody does.
    socket.on('error', () => undefined);
    return socket;
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }
}

const isOpen = (socket: Socket): boolean => !socket.destroyed && socket.writable && !socket.readableEnded;

/** Rejects when the server ends the connection, or it breaks. */
const endOf = (socket: Socket) => {
  const { promise, reject } = Promise.withResolvers<never>();
  const onEnd = (): void => reject(new Error('the server has closed the connection'));
  socket.once('error', reject);
  socket.once('end', onEnd);
  socket.once('close', onEnd);
  promise.catch(() => undefined);
  const forget = (): void => {
    socket.off('error', reject);
    socket.off('end', onEnd);
    socket.off('close', onEnd);
  };
  return { promise, forget };
};
