import type { Family } from '../../exposition/read-families.ts';
import type { Sample } from '../../exposition/sample.ts';

export interface Merged {
  readonly families: readonly Family[];
  /** Samples that are left out: another one has the same labels, or the family has another type elsewhere. */
  readonly conflicts: number;
}

interface Growing {
  readonly family: Family;
  readonly samples: Map<string, Sample>;
}

/** The families of all sources as those of one exposition, which has each family and each series once. The first wins. */
export const mergeFamilies = (sources: readonly (readonly Family[])[]): Merged => {
  const found = new Map<string, Growing>();
  let conflicts = 0;
  for (const family of sources.flat()) {
    const known = found.get(family.name) ?? { family, samples: new Map() };
    found.set(family.name, known);
    const isOther = (known.family.type ?? 'unknown') !== (family.type ?? 'unknown');
    for (const sample of family.samples) {
      const key = keyOf(sample);
      if (isOther || known.samples.has(key)) conflicts += 1;
      else known.samples.set(key, sample);
    }
  }
  const families = [...found.values()]
    .filter(({ samples }) => samples.size > 0)
    .map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
  return { families, conflicts };
};

const keyOf = ({ name, labels }: Sample): string =>
  JSON.stringify([name, ...[...labels].sort(([one], [other]) => (one < other ? -1 : 1))]);
