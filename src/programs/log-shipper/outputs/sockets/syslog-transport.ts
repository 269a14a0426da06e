import type { Socket } from 'node:net';
import type { Transport } from '../batch-output.ts';
import type { SocketTarget } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import type { LogBatch } from '../output.ts';
import { OutputConnection } from './connection.ts';
import { syslogMessage } from './syslog-message.ts';

/**
 * Sends messages over TCP or TLS, each with its length before it (RFC 6587). Nobody acknowledges them: entries count as taken
 * once the kernel has all bytes and the server has not closed the connection.
 */
export class SyslogTransport implements Transport {
  readonly #connection: OutputConnection;

  constructor(target: SocketTarget) {
    this.#connection = new OutputConnection(target);
  }

  async send(batch: LogBatch, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.#connection.use(signal, async (socket) => {
        await written(socket, framesOf(batch));
        await seenByServer();
      });
      return { kind: 'taken' };
    } catch (error) {
      return { kind: 'retry', why: (error as Error).message };
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

const framesOf = (batch: LogBatch): Buffer => {
  let text = '';
  for (let index = 0; index < batch.length; index += 1) {
    const message = syslogMessage(batch.entry(index));
    text += `${Buffer.byteLength(message)} ${message}`;
  }
  return Buffer.from(text);
};

const written = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    // A server that says something is not listened to, but its end is.
    socket.resume();
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

/**
 * A server that had closed its side before resets the connection now. On this machine the kernel knows it at once, and two
 * turns of the loop are enough to hear of it; of a server elsewhere it may be too late.
 */
const seenByServer = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
};
