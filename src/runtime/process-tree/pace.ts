import type { Milliseconds } from '../../model/vocabulary.ts';

export const BETWEEN_LOOKS: Milliseconds = 1;
/** Maximum interval while nothing new is found and killed processes are still going. */
const LONGEST_BETWEEN_LOOKS: Milliseconds = 64;

/** The pauses between the rounds of a sweep: a look each millisecond at a process that hangs would take a whole core. */
export class Pace {
  #pause = BETWEEN_LOOKS;

  /** Returns the pause after a round that has found so many processes to kill, and so many that had been killed. */
  after({ fresh, dying }: { readonly fresh: number; readonly dying: number }): Milliseconds {
    const isWaiting = fresh === 0 && dying > 0;
    this.#pause = isWaiting ? Math.min(2 * this.#pause, LONGEST_BETWEEN_LOOKS) : BETWEEN_LOOKS;
    return this.#pause;
  }
}
