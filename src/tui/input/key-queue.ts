import type { Duplex } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';

/** A paste of 16 MiB may wait for a program that does not read. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A full queue from which the program takes nothing for this time lets keys through again: one of them may leave. */
const PATIENCE: Milliseconds = 1_000;

/** Keys on their way to a program, no faster than it reads them. */
export class KeyQueue {
  readonly #hold: (isHeld: boolean) => void;
  #stream: Duplex | null = null;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #lost = 0;
  #isWriting = false;
  #isOverflowing = false;
  #stopWaiting = (): void => undefined;

  /** `hold` is called with true when no more keys should be read for a while, and with false afterwards. */
  constructor(hold: (isHeld: boolean) => void) {
    this.#hold = hold;
  }

  /** Bytes that have not been sent. */
  get unsent(): number {
    return this.#bytes + this.#lost;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#isOverflowing) {
      this.#lost += bytes.length;
      return;
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    this.#pump();
    if (this.#bytes > MOST_BYTES) this.#full();
  }

  /** Begins to send. */
  sendTo(stream: Duplex): void {
    this.#stream = stream;
    this.#pump();
  }

  close(): void {
    this.#stopWaiting();
    this.#hold(false);
    this.#stream?.destroy();
    this.#waiting = [];
  }

  #pump(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#isWriting || this.#stream === null) return;
    this.#isWriting = true;
    this.#stream.write(next, (error) => {
      if (error !== null && error !== undefined) return;
      this.#isWriting = false;
      this.#waiting.shift();
      this.#bytes -= next.length;
      this.#taken();
      this.#pump();
    });
  }

  #full(): void {
    this.#hold(true);
    this.#stopWaiting();
    this.#stopWaiting = after(PATIENCE, () => this.#overflow(), { ref: false });
  }

  #taken(): void {
    this.#stopWaiting();
    if (this.#bytes > MOST_BYTES) return this.#full();
    this.#isOverflowing &&= this.#bytes > 0;
    this.#hold(false);
  }

  #overflow(): void {
    this.#isOverflowing = true;
    this.#hold(false);
  }
}
