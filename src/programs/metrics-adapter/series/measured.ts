import type { Family } from '../../exposition/read-families.ts';
import type { Exemplar, Labels, Sample } from '../../exposition/sample.ts';
import type { SeriesTable } from './series-table.ts';

/** A series that measurements make. */
export type Measured =
  | { readonly kind: 'counter'; value: number; exemplar: Exemplar | null }
  | { readonly kind: 'gauge'; value: number }
  | {
      readonly kind: 'histogram';
      bounds: readonly number[];
      /** One more than there are bounds; none counts what another one counts. */
      counts: number[];
      sum: number;
      /** The newest one of each bucket, by its number. */
      readonly exemplars: Map<number, Exemplar>;
    }
  | {
      readonly kind: 'summary';
      quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
      sum: number;
      count: number;
    };

export const newCounter = (): Measured => ({ kind: 'counter', value: 0, exemplar: null });
export const newGauge = (): Measured => ({ kind: 'gauge', value: 0 });
export const newHistogram = (bounds: readonly number[]): Measured => ({
  ...{ kind: 'histogram', bounds, sum: 0, exemplars: new Map() },
  counts: Array.from({ length: bounds.length + 1 }, () => 0),
});

/** `weight`: how many measurements this one stands for. */
export const observe = (series: Measured & { kind: 'histogram' }, value: number, weight: number): void => {
  const at = series.bounds.findIndex((bound) => value <= bound);
  const bucket = at === -1 ? series.bounds.length : at;
  series.counts[bucket] = (series.counts[bucket] ?? 0) + weight;
  series.sum += value * weight;
};

/** The series as families. Of two kinds with one name, the one that came first. */
export const familiesOf = (table: SeriesTable<Measured>, help: string): readonly Family[] => {
  const families = new Map<string, { readonly type: Measured['kind']; readonly samples: Sample[] }>();
  for (const { name, labels, value } of table) {
    const family = families.get(name) ?? { type: value.kind, samples: [] };
    families.set(name, family);
    if (family.type === value.kind) family.samples.push(...samplesOf(name, labels, value));
  }
  return [...families].map(([name, { type, samples }]) => ({ name, type, help, unit: null, samples }));
};

const samplesOf = (name: string, labels: Labels, series: Measured): readonly Sample[] => {
  switch (series.kind) {
    case 'counter':
      return [sampleOf(totalName(name), name, labels, series.value, series.exemplar)];
    case 'gauge':
      return [sampleOf(name, name, labels, series.value)];
    case 'histogram':
      return histogramSamples(name, labels, series);
    case 'summary':
      return summarySamples(name, labels, series);
    default:
      return series satisfies never;
  }
};

/** The name of a counter's sample, as Prometheus wants it. */
export const totalName = (name: string): string => (name.endsWith('_total') ? name : `${name}_total`);

const summarySamples = (
  family: string,
  labels: Labels,
  { quantiles, sum, count }: Measured & { kind: 'summary' },
): readonly Sample[] => [
  ...quantiles.map(({ quantile, value }) =>
    sampleOf(family, family, new Map([...labels, ['quantile', String(quantile)]]), value),
  ),
  sampleOf(`${family}_sum`, family, labels, sum),
  sampleOf(`${family}_count`, family, labels, count),
];

/** Each bucket counts what is within its bound, so that the last one counts everything. */
const histogramSamples = (
  family: string,
  labels: Labels,
  { bounds, counts, sum, exemplars }: Measured & { kind: 'histogram' },
): readonly Sample[] => {
  let count = 0;
  const buckets = counts.map((inBucket, at) => {
    count += inBucket;
    const le = String(bounds[at] ?? '+Inf');
    const inLabels = new Map([...labels, ['le', le]]);
    return sampleOf(`${family}_bucket`, family, inLabels, count, exemplars.get(at) ?? null);
  });
  return [
    ...buckets,
    sampleOf(`${family}_sum`, family, labels, sum),
    sampleOf(`${family}_count`, family, labels, count),
  ];
};

export const sampleOf = (
  name: string,
  family: string,
  labels: Labels,
  value: number,
  exemplar: Exemplar | null = null,
): Sample => ({ name, family, labels, value, timestamp: null, exemplar });
