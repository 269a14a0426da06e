import type { Milliseconds } from '../core/pod-spec.ts';

/** Node fires a timer at once when its delay does not fit a signed 32-bit number. */
const LONGEST_DELAY: Milliseconds = 2 ** 31 - 1;

/** A timer that is so late was held up by more than a busy machine: we were stopped (Ctrl-Z), or the machine was. */
const STOPPED_FOR: Milliseconds = 1_000;

/** Of the time since the start, what we were stopped for. */
let stopped: Milliseconds = 0;

/**
 * Milliseconds of a clock that never goes back, that no change of the wall clock moves, and that stands still while we
 * are stopped: a deadline is for the process it is set to, and that must not be missed because nobody looked.
 */
export const now = (): Milliseconds => {
  // The global performance object would load a module of its own, for 1 ms.
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6 - stopped;
};

/** The one place where the pod waits for time to pass. */
export class Timers<Key> {
  readonly #armed = new Map<Key, NodeJS.Timeout>();

  arm(id: Key, at: Milliseconds, fire: () => void): void {
    clearTimeout(this.#armed.get(id));
    const delay = Math.min(Math.max(0, Math.ceil(at - now())), LONGEST_DELAY);
    this.#armed.set(
      id,
      setTimeout(() => this.#fire(id, at, fire), delay),
    );
  }

  disarm(id: Key): void {
    clearTimeout(this.#armed.get(id));
    this.#armed.delete(id);
  }

  disarmAll(): void {
    for (const id of [...this.#armed.keys()]) this.disarm(id);
  }

  #fire(id: Key, at: Milliseconds, fire: () => void): void {
    this.#armed.delete(id);
    const late = now() - at;
    if (late > STOPPED_FOR) stopped += late;
    if (late < 0) this.arm(id, at, fire);
    else fire();
  }
}
