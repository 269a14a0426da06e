import { plainFamily } from '../../exposition/plain-names.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { Sample } from '../../exposition/sample.ts';
import { NAME } from '../series/series-table.ts';

/** A series with its value now. */
export interface WrittenSeries {
  /** By their names, as receivers want them, with `__name__`. */
  readonly labels: ReadonlyArray<readonly [string, string]>;
  /** Null: it has ended. */
  readonly value: number | null;
}

/** Whose series they are: of the adapter, or of the process that the label `process` names. */
interface Owner {
  readonly name: string;
  readonly pod: string;
}

/**
 * Families as series for a receiver that knows nothing of the pod: `job` is made of the pod and the process, as Prometheus makes
 * it of OpenTelemetry's `service.namespace` and `service.name`. A series that has one keeps it.
 */
export const writtenSeries = (families: readonly Family[], owner: Owner): readonly WrittenSeries[] =>
  families.flatMap((family) =>
    plainFamily(family).samples.map((sample) => ({
      labels: labelsOf(sample, owner),
      value: sample.value,
    })),
  );

const labelsOf = ({ name, labels }: Sample, { name: own, pod }: Owner): WrittenSeries['labels'] => {
  const job = `${pod}/${labels.get('process') ?? own}`;
  const all = new Map([['job', job], ...labels, [NAME, name]]);
  return [...all].filter(([, value]) => value !== '').sort(([one], [other]) => (one < other ? -1 : 1));
};
