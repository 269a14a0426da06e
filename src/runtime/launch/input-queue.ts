import type { Writable } from 'node:stream';
import type { InputRefusal } from '../../model/input-refusal.ts';

/** Limit of the bytes that wait for a process that does not read, beside those in the pipe itself. */
const MOST_BYTES = 1024 * 1024;

/**
 * Writes to the stdin of a process without waiting for it. What the process does not read waits here, up to a limit, so
 * that it stalls nobody.
 */
export class InputQueue {
  readonly #stream: Writable;
  #hasEnded = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // The process has closed its stdin.
    stream.on('error', () => {
      this.#hasEnded = true;
    });
  }

  /** `end`: the process reads the end of its stdin behind the bytes. Returns the reason if nothing is taken, or null. */
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
