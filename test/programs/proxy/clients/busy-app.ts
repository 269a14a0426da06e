import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

const MEBIBYTE = 1024 * 1024;

/** More than a proxy may hold of all requests (16 MiB). */
const BIG = randomBytes(20 * MEBIBYTE);
const HASH_OF_BIG = createHash('sha256').update(BIG).digest('hex');

/** An app with what clients ask for: large bodies both ways, ranges, events and WebSockets. */
export class BusyApp {
  readonly port: number;
  /** What `/big` answers. */
  readonly big = BIG;
  readonly bigHash = HASH_OF_BIG;
  readonly #server: Server;
  #nextEvent = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#answer(request, response));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    onTestFinished(() => {
      sockets.close();
      this.#server.closeAllConnections();
      this.#server.close();
    });
  }

  static async start(): Promise<BusyApp> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new BusyApp(server);
  }

  /** Sends the next event of `/events`, and the end with it. */
  sendNextEvent(): void {
    this.#nextEvent.resolve();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (request.url) {
      case '/big':
        return this.#sendBig(request, response);
      case '/hash':
        return void response.end(await hashOf(request));
      case '/events':
        return this.#sendEvents(response);
      default:
        response.setHeader('x-protocol', request.httpVersion);
        response.end('hello, world');
    }
  }

  #sendBig({ headers }: IncomingMessage, response: ServerResponse): void {
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const { length } = this.big;
    if (from !== undefined)
      response.writeHead(206, { 'content-range': `bytes ${from}-${length - 1}/${length}` });
    response.end(this.big.subarray(Number(from ?? 0)));
  }

  async #sendEvents(response: ServerResponse): Promise<void> {
    this.#nextEvent = Promise.withResolvers();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    await this.#nextEvent.promise;
    response.end('data: two\n\n');
  }
}

const hashOf = async (request: IncomingMessage): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of request) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
