import { connect, type Socket } from 'node:net';

/** After this long without a byte that is wanted, nothing comes: a case then tells that it hangs. */
export const PATIENCE_MS = 5_000;

export class Hangs extends Error {
  constructor() {
    super('hangs');
  }
}

export interface Body {
  readonly text: string;
  /** `name: value` each. */
  readonly trailers: readonly string[];
  /** False: the connection has ended within it. */
  readonly isWhole: boolean;
}

/** One side of a connection, as bytes: no client and no server corrects what is sent or read. */
export class RawConnection {
  readonly #socket: Socket;
  #unread = '';
  #isOver = false;
  #onChange: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#unread += text;
      this.#onChange();
    });
    const over = (): void => {
      this.#isOver = true;
      this.#onChange();
    };
    socket.on('end', over).on('close', over).on('error', over);
  }

  static to(port: number): RawConnection {
    return new RawConnection(connect(port, '127.0.0.1'));
  }

  /** Whether the other side has ended it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get unread(): string {
    return this.#unread;
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** A FIN, as a process does that ends in order. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** A RST, as of a process that was killed with bytes unread. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Resolves with false once the connection is over instead. */
  async receives(text: string): Promise<boolean> {
    await this.#until(() => this.#unread.includes(text) || this.#isOver);
    return this.#unread.includes(text);
  }

  /** The other side ends it. */
  async over(): Promise<void> {
    await this.#until(() => this.#isOver);
  }

  /** All up to the empty line; empty if the connection ends before. */
  async readHead(): Promise<string> {
    return (await this.receives('\r\n\r\n')) ? this.#take(this.#unread.indexOf('\r\n\r\n') + 4) : '';
  }

  async readBody(head: string): Promise<Body> {
    if (/^transfer-encoding: *chunked/im.test(head)) return this.#readChunks();
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    await this.#until(() => this.#unread.length >= length || this.#isOver);
    const isWhole = this.#unread.length >= length;
    return { text: this.#take(length), trailers: [], isWhole };
  }

  async #readChunks(): Promise<Body> {
    for (let text = ''; ; ) {
      const line = await this.#readLine();
      if (line === null) return { text, trailers: [], isWhole: false };
      const size = Number.parseInt(line, 16);
      if (size === 0) return { text, trailers: await this.#readTrailers(), isWhole: true };
      await this.#until(() => this.#unread.length >= size + 2 || this.#isOver);
      if (this.#unread.length < size + 2)
        return { text: text + this.#take(size), trailers: [], isWhole: false };
      text += this.#take(size + 2).slice(0, size);
    }
  }

  async #readTrailers(): Promise<readonly string[]> {
    const trailers: string[] = [];
    for (;;) {
      const line = await this.#readLine();
      if (line === null || line === '') return trailers;
      trailers.push(line);
    }
  }

  async #readLine(): Promise<string | null> {
    if (!(await this.receives('\r\n'))) return null;
    return this.#take(this.#unread.indexOf('\r\n') + 2).slice(0, -2);
  }

  #take(count: number): string {
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.slice(count);
    return taken;
  }

  async #until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Hangs()), PATIENCE_MS);
    this.#onChange = () => holds() && resolve();
    await promise.finally(() => clearTimeout(timer));
  }
}

export const statusOf = (head: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);

/** Values of a header, in order. */
export const valuesOf = (head: string, name: string): readonly string[] =>
  head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim());
