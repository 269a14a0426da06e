import { after } from '../../time/timers.ts';

/**
 * Minimum time between two writes to a stream: everything in between goes out together. A write takes about 60 µs, and
 * fifty followers need fifty.
 */
const BETWEEN_TICKS_MS = 100;

/**
 * One clock for all streams of a server, so that streams that follow the same are written at the same time with the
 * same bytes.
 */
export class Ticker {
  readonly #due = new Set<() => void>();
  #isArmed = false;
  #lastTick = 0;

  /** Calls once, however often it is requested before that: at once after a quiet time, otherwise at the next tick. */
  soon(call: () => void): void {
    this.#due.add(call);
    const wait = this.#lastTick + BETWEEN_TICKS_MS - Date.now();
    if (this.#isArmed) return;
    this.#isArmed = true;
    after(Math.min(Math.max(0, wait), BETWEEN_TICKS_MS), () => this.#tick());
  }

  forget(call: () => void): void {
    this.#due.delete(call);
  }

  #tick(): void {
    this.#isArmed = false;
    this.#lastTick = Date.now();
    const due = [...this.#due];
    this.#due.clear();
    for (const call of due) call();
  }
}
