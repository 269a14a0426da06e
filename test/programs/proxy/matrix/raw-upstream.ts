import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { RawConnection } from './raw-connection.ts';

/** What the server does with a request; it may end the connection. */
export type Script = (connection: RawConnection, head: string) => Promise<void>;

/** A server that is told for each path what to do, and takes one request after the other on a connection. */
export class RawUpstream {
  readonly port: number;
  readonly #server: Server;
  readonly #scripts = new Map<string, Script>();
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      void this.#serve(new RawConnection(socket)).catch(() => socket.destroy());
    });
  }

  static async start(): Promise<RawUpstream> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawUpstream(server);
  }

  on(path: string, script: Script): void {
    this.#scripts.set(path, script);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  async #serve(connection: RawConnection): Promise<void> {
    for (;;) {
      const head = await this.#nextHead(connection);
      const path = head.split(' ')[1] ?? '';
      const script = this.#scripts.get(path);
      if (script === undefined) return connection.destroy();
      await script(connection, head);
      if (connection.isOver) return;
    }
  }

  /** Connections wait in the proxy's pool as long as it likes. */
  async #nextHead(connection: RawConnection): Promise<string> {
    for (;;) {
      try {
        return await connection.readHead();
      } catch {
        if (connection.isOver) return '';
      }
    }
  }
}
