import { type Metric, Registry } from 'prom-client';
import type { Exposition } from '../../admin/exposition.ts';
import type { KeptPoint, PointData } from '../store/metrics.ts';
import { labelsOf, ownerLabels, prometheusName } from './prometheus-names.ts';

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Family {
  readonly type: PointData['kind'];
  readonly help: string;
  /** By labels: Prometheus refuses two samples with the same. */
  readonly series: Map<string, readonly Value[]>;
}

/** The points as Prometheus' text. Of two metrics that have the same name there, but not the same type, the first counts. */
export const federate = async (points: Iterable<KeptPoint>): Promise<Exposition> => {
  const registry = new Registry();
  for (const [name, { type, help, series }] of familiesOf(points)) {
    const metric = { name, help, type, aggregator: 'sum', values: [...series.values()].flat() };
    // The registry asks a metric for no more than its name and its values.
    registry.registerMetric({ name, get: async () => metric } as unknown as Metric);
  }
  return { text: await registry.metrics(), type: registry.contentType };
};

const familiesOf = (points: Iterable<KeptPoint>): ReadonlyMap<string, Family> => {
  const families = new Map<string, Family>();
  for (const point of points) {
    const { data, description, unit } = point;
    const name = prometheusName(point.name, unit, data.kind);
    if (name === '') continue;
    const family = families.get(name) ?? {
      type: data.kind,
      help: description || point.name,
      series: new Map(),
    };
    families.set(name, family);
    if (family.type !== data.kind) continue;
    const labels = { ...labelsOf(point.attributes), ...ownerLabels(point.resource) };
    family.series.set(JSON.stringify(Object.entries(labels).sort()), valuesOf(name, labels, data));
  }
  return families;
};

type Labels = Readonly<Record<string, string>>;

const valuesOf = (name: string, labels: Labels, data: PointData): readonly Value[] => {
  if ('value' in data) return [{ labels, value: data.value }];
  if (data.kind === 'histogram') return bucketsOf(name, labels, data);
  const quantiles = data.quantiles.map(({ quantile, value }) => ({ labels: { ...labels, quantile }, value }));
  return [...quantiles, ...totals(name, labels, data.sum, data.count)];
};

const bucketsOf = (
  name: string,
  labels: Labels,
  { bounds, counts, sum }: Extract<PointData, { readonly kind: 'histogram' }>,
): readonly Value[] => {
  let count = 0;
  const buckets = counts.map((inBucket, at) => {
    count += inBucket;
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(bounds[at] ?? '+Inf') },
      value: count,
    };
  });
  return [...buckets, ...totals(name, labels, sum, count)];
};

const totals = (name: string, labels: Labels, sum: number, count: number): readonly Value[] => [
  { metricName: `${name}_sum`, labels, value: sum },
  { metricName: `${name}_count`, labels, value: count },
];
