import { connect, type Socket } from 'node:net';

/** What has become of the requests of a load. */
export interface LoadCounts {
  /** Answers, by status. */
  readonly statuses: Map<number, number>;
  /** Requests whose connection ended before their answer was whole. */
  cut: number;
  /** Connections that could not be opened, or that the kernel alone has opened and reset when its listener was closed. */
  refused: number;
  /** What stands in the answers that are none of the app's, with the causes of connections that ended. */
  readonly complaints: Set<string>;
}

const ANSWER = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n([\s\S]*?)\r\n\r\n/;

/**
 * Clients that send one request after the other on connections that stay open, as wrk does; but it counts every answer
 * and every connection that ends in the middle of a request.
 */
export class KeepAliveLoad {
  readonly counts: LoadCounts = { statuses: new Map(), cut: 0, refused: 0, complaints: new Set() };
  readonly #port: number;
  readonly #answersByClient: number[];
  readonly #clients: Promise<void>[];
  #isOver = false;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#answersByClient = new Array(connections).fill(0);
    this.#clients = this.#answersByClient.map((_, client) => this.#beClient(client));
  }

  get answers(): number {
    return [...this.counts.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Says later whether every client has had an answer since now. */
  answersFromNow(): () => boolean {
    const before = [...this.#answersByClient];
    return () => this.#answersByClient.every((answers, client) => answers > (before[client] ?? 0));
  }

  /** Lets the requests that are open come to their end. */
  async stop(): Promise<LoadCounts> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    return this.counts;
  }

  async #beClient(client: number): Promise<void> {
    while (!this.#isOver) {
      const socket = await this.#open();
      if (socket === null) await new Promise((resolve) => setTimeout(resolve, 1));
      else await this.#askUntilClosed(client, socket);
    }
  }

  async #open(): Promise<Socket | null> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (!isOpen) this.counts.refused += 1;
    return isOpen ? socket : null;
  }

  /** Resolves once the connection is over, or the load is. */
  #askUntilClosed(client: number, socket: Socket): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let text = '';
    let isAsking = false;
    let answered = 0;
    const ask = (): void => {
      if (this.#isOver) return void socket.destroy();
      isAsking = true;
      socket.write('GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n');
    };
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data;
      const length = wholeLength(text);
      if (length === null) return;
      const closes = this.#count(text);
      text = text.slice(length);
      isAsking = false;
      answered += 1;
      this.#answersByClient[client] = (this.#answersByClient[client] ?? 0) + 1;
      if (closes) socket.destroy();
      else ask();
    });
    socket.on('error', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (isAsking && answered === 0 && text === '') this.counts.refused += 1;
      else if (isAsking) {
        this.counts.cut += 1;
        this.counts.complaints.add(`cut after ${answered} answers and ${JSON.stringify(text)}`);
      }
      resolve();
    });
    ask();
    return promise;
  }

  /** True: the connection ends with this answer. */
  #count(text: string): boolean {
    const [, code, headers = ''] = ANSWER.exec(text) ?? [];
    const status = Number(code);
    this.counts.statuses.set(status, (this.counts.statuses.get(status) ?? 0) + 1);
    if (status !== 200) this.counts.complaints.add(text);
    return /^connection: close$/im.test(headers);
  }
}

const wholeLength = (text: string): number | null => {
  const [head, , headers = ''] = ANSWER.exec(text) ?? [];
  if (head === undefined) return null;
  const length = head.length + Number(/^content-length: (\d+)$/im.exec(headers)?.[1] ?? 0);
  return text.length >= length ? length : null;
};
