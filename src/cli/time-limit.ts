import type { ConnectionLimits } from '../control/client/connection.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';

/** Even with a very short limit, a running supervisor must have a chance to answer. */
const TO_ASK_AT_LEAST: Milliseconds = 1_000;

/** The `--timeout` of a command, from its start on; null: no limit. */
export class TimeLimit {
  readonly #until: number | null;

  constructor(timeout: Milliseconds | null) {
    this.#until = timeout === null ? null : performance.now() + timeout;
  }

  get left(): Milliseconds | null {
    return this.#until === null ? null : Math.max(0, this.#until - performance.now());
  }

  /** Resolves when no time is left; does not keep the process alive. */
  get over(): Promise<void> {
    const { left } = this;
    return new Promise((resolve) => {
      if (left !== null) after(left, resolve, { ref: false });
    });
  }

  /** Limits for the requests of the command. */
  get forRequests(): ConnectionLimits {
    const { left } = this;
    return { timeout: left === null ? null : Math.max(left, TO_ASK_AT_LEAST) };
  }
}
