/**
 * Earliest deadline first, as Envoy's `EdfScheduler` (source/common/upstream/edf_scheduler.h): who has been chosen is due again after
 * 1 / weight. By fixed weights that is a smooth round robin: of a:2 and b:1 come a, b, a, a, b, a and not a, a, b.
 */
export class Schedule {
  readonly #dueAt: number[];
  #now = 0;

  constructor(size: number) {
    this.#dueAt = new Array<number>(size).fill(0);
  }

  /** The first of them that is due. Who was away for a while is due now, and does not catch up. */
  first(candidates: readonly number[]): number {
    let first = candidates[0] as number;
    for (const endpoint of candidates) {
      if (this.#due(endpoint) < this.#due(first)) first = endpoint;
    }
    return first;
  }

  chosen(endpoint: number, weight: number): void {
    this.#now = this.#due(endpoint);
    this.#dueAt[endpoint] = this.#now + 1 / weight;
  }

  #due(endpoint: number): number {
    return Math.max(this.#now, this.#dueAt[endpoint] as number);
  }
}
