import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/** A pod of ten thousand processes takes twenty. */
const MOST_BYTES = 128 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** Values of two processes to each other, one after the other: patterns, maps and `undefined` arrive as they were. */
export class ValueStream {
  readonly #stream: Duplex;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('error', (error) => this.#end(error));
    stream.on('close', () => this.#end(new Error('the other end has gone')));
  }

  /** Throws for a value that has a function in it. */
  send(value: unknown): void {
    const bytes = serialize(value);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    this.#stream.write(Buffer.concat([length, bytes]));
  }

  /** Rejects when there will be none, or what comes is none. */
  async next(): Promise<unknown> {
    for (;;) {
      const bytes = this.#takeFrame();
      if (bytes !== null) return deserialize(bytes);
      if (this.#error !== null) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BYTES) this.#stream.destroy(new Error('it is too large'));
    this.#wake();
  }

  #takeFrame(): Buffer | null {
    if (this.#bytes < LENGTH_BYTES) return null;
    const [first = Buffer.alloc(0)] = this.#chunks;
    const whole = first.length < LENGTH_BYTES ? this.#join() : first;
    const end = LENGTH_BYTES + whole.readUInt32LE();
    if (this.#bytes < end) return null;
    const all = this.#join();
    const rest = all.subarray(end);
    this.#chunks = [rest];
    this.#bytes = rest.length;
    return all.subarray(LENGTH_BYTES, end);
  }

  #join(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #end(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }
}
