import type { Writable } from 'node:stream';
import type { InputRefusal } from '../../model/input-refusal.ts';
import { type Input, MOST_BYTES } from './input.ts';

/** The stdin of a process that is a pipe. */
export class PipeInput implements Input {
  readonly #stream: Writable;
  #hasEnded = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // The process has closed its stdin.
    stream.on('error', () => {
      this.#hasEnded = true;
    });
  }

  write(bytes: Buffer, end: boolean): InputRefusal | null {
    if (this.#hasEnded) return 'stdin-ended';
    if (this.#stream.writableLength + bytes.length > MOST_BYTES) return 'unread';
    if (bytes.length > 0) this.#stream.write(bytes);
    if (end) this.#end();
    return null;
  }

  #end(): void {
    this.#hasEnded = true;
    this.#stream.end(() => void this.#stream.destroy());
  }
}
