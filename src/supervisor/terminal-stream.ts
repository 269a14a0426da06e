import { Duplex } from 'node:stream';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { Workload } from '../runtime/engines/workload.ts';
import type { TerminalTape } from '../runtime/terminals/terminal-tape.ts';
import { after } from '../time/timers.ts';

const BETWEEN_TRIES: Milliseconds = 20;
/** A reader that leaves more than this unread is cut off: the process does not wait for it. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

interface TerminalStreamOptions {
  readonly tape: TerminalTape;
  /** What runs on the terminal now; null: nothing does. */
  readonly workload: () => Workload | null;
}

/**
 * The terminal of a process over all its launches. To read: what has been drawn on it, then what is. To write: keys for
 * what runs on it, no faster than that reads them; without anything, they are lost. Ends when the process leaves the pod.
 */
export class TerminalStream extends Duplex {
  readonly #workload: () => Workload | null;
  readonly #stopWatching: () => void;
  #stopTrying = (): void => undefined;

  constructor({ tape, workload }: TerminalStreamOptions) {
    super({ allowHalfOpen: false });
    this.#workload = workload;
    const past = tape.bytes;
    this.#stopWatching = tape.watch({ take: (bytes) => this.#take(bytes), end: () => void this.push(null) });
    if (past.length > 0) this.push(past);
  }

  override _read(): void {
    // Output comes when the process writes it.
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
    if (this.#workload()?.send(bytes, false) !== 'unread') return done();
    this.#stopTrying = after(BETWEEN_TRIES, () => this._write(bytes, _, done), { ref: false });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stopWatching();
    this.#stopTrying();
    done(error);
  }

  #take(bytes: Buffer): void {
    this.push(bytes);
    if (this.readableLength > MOST_UNREAD_BYTES) this.destroy();
  }
}
