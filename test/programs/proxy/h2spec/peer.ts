import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { FLAGS, frame, PREFACE, SETTINGS, settings, TYPES } from './frames.ts';

export interface Received {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A client that sends whatever bytes it is given, and reads frames. */
export class Peer {
  readonly frames: Received[] = [];
  isClosed = false;
  readonly #socket: Socket;
  #left: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => undefined);
    socket.once('end', () => this.#close());
    socket.once('close', () => this.#close());
  }

  static async to(port: number): Promise<Peer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const peer = new Peer(socket);
    await withDeadline('a connection', once(socket, 'connect'));
    return peer;
  }

  /** Resolves when both sides have the settings of the other. */
  async shakeHands(): Promise<void> {
    this.send(PREFACE, settings([SETTINGS.window, 65_535]));
    await this.receives('the settings', ({ type, flags }) => type === TYPES.settings && flags === 0);
    this.send(frame(TYPES.settings, FLAGS.ack, 0));
    await this.hasAcked(1);
  }

  /** So many of its settings have been acknowledged. */
  async hasAcked(count: number): Promise<void> {
    await eventually(`${count} acknowledged settings`, () => this.acks >= count || this.isClosed);
  }

  get acks(): number {
    return this.frames.filter(({ type, flags }) => type === TYPES.settings && flags === FLAGS.ack).length;
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.isClosed) this.#socket.write(Buffer.concat(frames));
  }

  async receives(what: string, matches: (frame: Received) => boolean): Promise<void> {
    await eventually(what, () => this.frames.some(matches) || this.isClosed);
  }

  end(): void {
    this.#socket.destroy();
  }

  #close(): void {
    this.isClosed = true;
  }

  #read(bytes: Buffer): void {
    this.#left = Buffer.concat([this.#left, bytes]);
    while (this.#left.length >= 9 && this.#left.length >= 9 + this.#left.readUIntBE(0, 3)) {
      const end = 9 + this.#left.readUIntBE(0, 3);
      const [type = 0, flags = 0] = [this.#left[3], this.#left[4]];
      const stream = this.#left.readUInt32BE(5);
      this.frames.push({ type, flags, stream, payload: this.#left.subarray(9, end) });
      this.#left = this.#left.subarray(end);
    }
  }
}
