import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/** A config of ten thousand processes takes twenty. */
const MOST_BYTES = 128 * 1024 * 1024;
const LENGTH_BYTES = 4;

/**
 * Sends values between two processes, one after the other: regular expressions, maps and `undefined` arrive unchanged.
 */
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

  /** Sends a value; throws if it contains a function. */
  send(value: unknown): void {
    const bytes = serialize(value);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    this.#stream.write(Buffer.concat([length, bytes]));
  }

  /** Resolves with the next value; rejects at the end, or if the bytes are not a value. */
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
