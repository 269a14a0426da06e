import type { Family } from '../../exposition/read-families.ts';
import type { Labels, MetricType, Sample } from '../../exposition/sample.ts';
import { sampleOf } from './measured.ts';

/** Families of single numbers, in the order in which they come. */
export class Families {
  readonly #found = new Map<string, Family & { readonly samples: Sample[] }>();

  /** Adds a number to its family; the first one decides on type and help. */
  add(name: string, type: MetricType, help: string, value: number, labels: Labels = new Map()): void {
    const family = this.#found.get(name) ?? { name, type, help, unit: null, samples: [] };
    this.#found.set(name, family);
    family.samples.push(sampleOf(name, name, labels, value));
  }

  all(): readonly Family[] {
    return [...this.#found.values()];
  }
}
