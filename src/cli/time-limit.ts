import type { ConnectionLimits } from '../control/client/connection.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';

/** However short the time is, a supervisor that runs is to have a chance to answer. */
const TO_ASK_AT_LEAST: Milliseconds = 1_000;

/** What `--timeout` gives for all of a command, from its start on; null: as long as it takes. */
export class TimeLimit {
  readonly #until: number | null;

  constructor(timeout: Milliseconds | null) {
    this.#until = timeout === null ? null : performance.now() + timeout;
  }

  get left(): Milliseconds | null {
    return this.#until === null ? null : Math.max(0, this.#until - performance.now());
  }

  /** Resolves when nothing is left; keeps no process up. */
  get over(): Promise<void> {
    const { left } = this;
    return new Promise((resolve) => {
      if (left !== null) after(left, resolve, { ref: false });
    });
  }

  /** For the requests that are a part of it. */
  get forRequests(): ConnectionLimits {
    const { left } = this;
    return { timeout: left === null ? null : Math.max(left, TO_ASK_AT_LEAST) };
  }
}
