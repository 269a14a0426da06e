import { after } from '../../time/timers.ts';

/**
 * At most so often is anything written to a stream: what comes in between goes out together. A write costs some 60 µs,
 * and fifty followers have fifty of them.
 */
const BETWEEN_TICKS_MS = 100;

/** One clock for all streams of a server, so that those which follow the same are written the same at the same time. */
export class Ticker {
  readonly #due = new Set<() => void>();
  #isArmed = false;
  #lastTick = 0;

  /** Calls once, however often it is asked for before that: at once after a quiet time, else at the next tick. */
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
