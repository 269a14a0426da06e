import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** A port that the test itself listens on, until it is disposed of. */
export class HeldPort {
  readonly number: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.number = (server.address() as AddressInfo).port;
  }

  static async take(): Promise<HeldPort> {
    const server = createServer((peer) => peer.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HeldPort(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
