import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually, withDeadline } from '../../../support/deadline.ts';

/** A connection of bytes, with what came over it and how it ended. */
export class RawClient {
  readonly socket: Socket;
  text = '';
  readonly #ended: Promise<string>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      this.text += data;
    });
    this.#ended = new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => resolve('closed'));
    });
    onTestFinished(() => void socket.destroy());
  }

  static async to(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new RawClient(socket);
    await withDeadline('a connection', once(socket, 'connect'));
    return client;
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  async receives(part: string): Promise<void> {
    await eventually(`${JSON.stringify(part)} in ${JSON.stringify(this.text)}`, () =>
      this.text.includes(part),
    );
  }

  /** `closed`, or the code of an error. */
  get ending(): Promise<string> {
    return withDeadline('the end of a connection', this.#ended, () => this.text);
  }
}
