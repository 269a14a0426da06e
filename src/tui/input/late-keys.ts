import type { Milliseconds } from '../../model/vocabulary.ts';

/** Keys closer to each other than this belong to one piece of typing. */
const PAUSE: Milliseconds = 500;

/**
 * Drops what is still typed for a process that has just ended: in the dashboard these keys would stop and restart
 * processes. What comes after a pause is for the dashboard.
 */
export class LateKeys {
  #typedAt: Milliseconds;

  /** `typedAt` is the time of the last key that the process got. */
  constructor(typedAt: Milliseconds) {
    this.#typedAt = typedAt;
  }

  /** Returns false for keys to drop. */
  isOver(now: Milliseconds): boolean {
    if (now >= this.#typedAt + PAUSE) return true;
    this.#typedAt = now;
    return false;
  }
}
