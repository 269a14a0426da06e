import type { Exposition } from '../../admin/exposition.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { Sample } from '../../exposition/sample.ts';
import { writeExposition } from '../../exposition/write-exposition.ts';
import { exemplarOf } from '../../otlp/exemplar-of.ts';
import type { KeptExemplar } from '../store/exemplars.ts';
import type { KeptPoint } from '../store/metrics.ts';
import type { PointData } from '../store/point-data.ts';
import { labelsOf, ownerLabels, prometheusName } from './prometheus-names.ts';

interface Growing extends Omit<Family, 'samples'> {
  readonly type: PointData['kind'];
  /** By labels: Prometheus refuses two samples with the same. */
  readonly series: Map<string, readonly Sample[]>;
}

/**
 * The points as Prometheus' text, or as OpenMetrics with exemplars for who takes that. Of two metrics that have the same name
 * there, but not the same type, the first counts.
 */
export const federate = (points: Iterable<KeptPoint>, accept: string): Promise<Exposition> =>
  writeExposition([...growing(points).values()].map(familyOf), accept);

const familyOf = ({ series, ...family }: Growing): Family => ({
  ...family,
  samples: [...series.values()].flat(),
});

const growing = (points: Iterable<KeptPoint>): ReadonlyMap<string, Growing> => {
  const families = new Map<string, Growing>();
  for (const point of points) {
    const { data, description, unit } = point;
    const name = prometheusName(point.name, unit, data.kind);
    if (name === '') continue;
    const help = description || point.name;
    const family = families.get(name) ?? { name, type: data.kind, help, unit: null, series: new Map() };
    families.set(name, family);
    if (family.type !== data.kind) continue;
    const labels = { ...labelsOf(point.attributes), ...ownerLabels(point.resource) };
    family.series.set(JSON.stringify(Object.entries(labels).sort()), samplesOf(name, labels, point));
  }
  return families;
};

type Labels = Readonly<Record<string, string>>;

const samplesOf = (name: string, labels: Labels, { data, exemplars }: KeptPoint): readonly Sample[] => {
  if ('value' in data) return [sampleOf(name, '', labels, data.value, exemplars.get(0))];
  if (data.kind === 'histogram') return bucketsOf(name, labels, data, exemplars);
  const quantiles = data.quantiles.map(({ quantile, value }) =>
    sampleOf(name, '', { ...labels, quantile: String(quantile) }, value),
  );
  return [...quantiles, ...totals(name, labels, data.sum, data.count)];
};

const sampleOf = (
  family: string,
  suffix: string,
  labels: Labels,
  value: number,
  exemplar?: KeptExemplar,
): Sample => ({
  name: `${family}${suffix}`,
  labels: new Map(Object.entries(labels)),
  value,
  timestamp: null,
  family,
  exemplar: exemplar === undefined ? null : exemplarOf(exemplar),
});

const bucketsOf = (
  name: string,
  labels: Labels,
  { bounds, counts, sum }: Extract<PointData, { readonly kind: 'histogram' }>,
  exemplars: KeptPoint['exemplars'],
): readonly Sample[] => {
  let count = 0;
  const buckets = counts.map((inBucket, at) => {
    count += inBucket;
    const le = String(bounds[at] ?? '+Inf');
    return sampleOf(name, '_bucket', { ...labels, le }, count, exemplars.get(at));
  });
  return [...buckets, ...totals(name, labels, sum, count)];
};

const totals = (name: string, labels: Labels, sum: number, count: number): readonly Sample[] => [
  sampleOf(name, '_sum', labels, sum),
  sampleOf(name, '_count', labels, count),
];
