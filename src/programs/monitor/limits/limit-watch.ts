import type { Limit } from './limit.ts';

/** A process is above a limit: time for the limit's action. */
export interface Breach {
  readonly limit: Limit;
  readonly used: number;
  /** Milliseconds for which it has been above it without a break. */
  readonly lasted: number;
}

/** A sample of a process. Null: it does not run, or is not measured. */
export interface Measured {
  readonly memory: number;
  readonly cpu: number;
  /** Tells one launch from the next. */
  readonly launch: number;
}

/** A process that is warned about again and again is a nuisance: it may swing around its limit. */
const WARNS_EVERY = 60_000;

/** After a restart, memory and CPU of a start are no reason for the next one. */
const SETTLES_FOR = 10_000;

interface Above {
  readonly since: number;
  readonly launch: number;
}

/**
 * Finds out when a process has been above a limit for long enough. Pure: the time comes in with each sample, as
 * milliseconds of a clock that never goes back.
 */
export class LimitWatch {
  readonly limit: Limit;
  #above: Above | null = null;
  #actedAt = Number.NEGATIVE_INFINITY;
  /** It has been warned of, and has not been below the limit since. */
  #isTold = false;

  constructor(limit: Limit) {
    this.limit = limit;
  }

  get isAbove(): boolean {
    return this.#above !== null;
  }

  take(measured: Measured | null, at: number): Breach | null {
    const used = measured?.[this.limit.resource] ?? 0;
    if (measured === null || used <= this.limit.most) return this.#below();
    if (this.#above?.launch !== measured.launch) this.#above = { since: at, launch: measured.launch };
    const lasted = at - this.#above.since;
    if (lasted < this.limit.for || !this.#mayAct(at)) return null;
    this.#actedAt = at;
    this.#isTold = true;
    return { limit: this.limit, used, lasted };
  }

  #below(): null {
    this.#above = null;
    this.#isTold = false;
    return null;
  }

  #mayAct(at: number): boolean {
    const passed = at - this.#actedAt;
    return this.limit.action === 'warn' ? !this.#isTold && passed >= WARNS_EVERY : passed >= SETTLES_FOR;
  }
}
