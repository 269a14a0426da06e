import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../../../support/random.ts';
import { RawConnection } from '../matrix/raw-connection.ts';

/** The grammar of RFC 9112 without what it allows for the sake of old programs. */
const HEAD =
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e\x80-\xff]+ HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

const ANSWERS: readonly string[] = [
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
];

/** Of a CONNECT, anything that is 2xx begins a tunnel, and servers that are no proxies refuse it. */
const ANSWER_TO: Readonly<Record<string, string>> = {
  HEAD: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
  CONNECT: 'HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\n\r\n',
};

/** A server that believes nothing: it tells of every request that a proxy should not have sent. */
export class StrictUpstream {
  readonly port: number;
  readonly violations: string[] = [];
  requests = 0;
  readonly #server: Server;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, random: Random) {
    this.#server = server;
    this.#random = random;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      void this.#serve(new RawConnection(socket)).catch(() => socket.destroy());
    });
  }

  static async start(random: Random): Promise<StrictUpstream> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StrictUpstream(server, random);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  async #serve(connection: RawConnection): Promise<void> {
    for (;;) {
      const head = await connection.readHead();
      if (head === '') return connection.destroy();
      this.requests += 1;
      this.#check(head);
      const { isWhole } = await connection.readBody(head);
      if (!isWhole) return connection.destroy();
      connection.send(ANSWER_TO[head.split(' ')[0] ?? ''] ?? this.#random.pick(ANSWERS));
    }
  }

  #check(head: string): void {
    const framings = head.match(/^(?:content-length|transfer-encoding) *:/gim) ?? [];
    if (!HEAD.test(head) || framings.length > 1 || /^\S+ \/smuggled /.test(head))
      this.violations.push(head.slice(0, 2_000));
  }
}
