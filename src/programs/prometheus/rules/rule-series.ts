import type { Labels } from '../../exposition/sample.ts';
import { keyOf, sortedLabels } from '../store/labels.ts';
import type { Store } from '../store/store.ts';

/** The series that a rule writes. What an evaluation no longer has has ended. */
export class RuleSeries {
  #written: ReadonlyMap<string, Labels> = new Map();

  write(series: readonly (readonly [Labels, number])[], store: Store, now: number): void {
    const written = new Map<string, Labels>();
    for (const [labels, value] of series) {
      const sorted = sortedLabels(labels);
      written.set(keyOf(sorted), sorted);
      store.open(sorted)?.append(now, value);
    }
    for (const [key, labels] of this.#written) if (!written.has(key)) store.open(labels)?.append(now, null);
    this.#written = written;
  }
}
