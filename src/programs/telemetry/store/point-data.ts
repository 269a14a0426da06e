import type {
  Exemplar,
  ExponentialHistogramPoint,
  HistogramPoint,
  KeyValue,
  NumberPoint,
  OtlpMetric,
  SummaryPoint,
} from '../../otlp/messages.ts';

export type PointData =
  | { readonly kind: 'gauge' | 'counter'; readonly value: number }
  | HistogramData
  | {
      readonly kind: 'summary';
      readonly count: number;
      readonly sum: number;
      readonly quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
    };

export interface HistogramData {
  readonly kind: 'histogram';
  readonly bounds: readonly number[];
  /** One more than there are bounds; none counts what another one counts. */
  readonly counts: readonly number[];
  readonly sum: number;
}

const DELTA = 1;

/** A point as it came. */
export interface Incoming {
  readonly attributes?: readonly KeyValue[];
  readonly flags?: number;
  readonly exemplars?: readonly Exemplar[];
  readonly data: PointData;
  readonly isDelta: boolean;
}

/** The points of a metric, whatever kind they are of. */
export const incomingOf = ({
  gauge,
  sum,
  histogram,
  exponentialHistogram,
  summary,
}: OtlpMetric): readonly Incoming[] => {
  const kind = sum?.isMonotonic === true ? 'counter' : 'gauge';
  return [
    ...(gauge?.dataPoints ?? []).map((point) => incoming(point, { kind: 'gauge', value: numberOf(point) })),
    ...(sum?.dataPoints ?? []).map((point) =>
      incoming(point, { kind, value: numberOf(point) }, sum?.aggregationTemporality),
    ),
    ...(histogram?.dataPoints ?? []).map((point) =>
      incoming(point, histogramOf(point), histogram?.aggregationTemporality),
    ),
    ...(exponentialHistogram?.dataPoints ?? []).map((point) =>
      incoming(point, explicitOf(point), exponentialHistogram?.aggregationTemporality),
    ),
    ...(summary?.dataPoints ?? []).map((point) => incoming(point, summaryOf(point))),
  ];
};

const incoming = (
  { attributes, flags, exemplars }: Pick<NumberPoint, 'attributes' | 'flags' | 'exemplars'>,
  data: PointData,
  temporality?: number,
): Incoming => ({
  ...(attributes === undefined ? {} : { attributes }),
  ...(flags === undefined ? {} : { flags }),
  ...(exemplars === undefined ? {} : { exemplars }),
  data,
  isDelta: temporality === DELTA,
});

const numberOf = ({ asDouble, asInt }: NumberPoint): number => asDouble ?? Number(asInt ?? 0);

const histogramOf = ({ explicitBounds, bucketCounts, count, sum = 0 }: HistogramPoint): HistogramData => {
  // One without buckets has only its count, also if it says where they would begin.
  const hasBuckets = bucketCounts.length === explicitBounds.length + 1;
  const [bounds, counts] = hasBuckets ? [explicitBounds, bucketCounts.map(Number)] : [[], [Number(count)]];
  return { kind: 'histogram', bounds, counts, sum };
};

/** Its buckets that have a bound in Prometheus: negative values, zero, and positive ones by powers of the base. */
const explicitOf = (point: ExponentialHistogramPoint): HistogramData => {
  const base = 2 ** (2 ** -point.scale);
  const { positive, negative, zeroThreshold = 0, sum = 0 } = point;
  const below = (negative?.bucketCounts ?? []).reduce<number>((all, count) => all + Number(count), 0);
  const offset = positive?.offset ?? 0;
  const above = (positive?.bucketCounts ?? []).map(Number);
  return {
    kind: 'histogram',
    bounds: [zeroThreshold, ...above.map((_, index) => base ** (offset + index + 1))],
    counts: [below + Number(point.zeroCount), ...above, 0],
    sum,
  };
};

const summaryOf = ({ count, sum, quantileValues }: SummaryPoint): PointData => ({
  kind: 'summary',
  count: Number(count),
  sum,
  quantiles: quantileValues,
});

/** What came since the last point, added to what was there. Another kind, or other buckets, begin anew. */
export const added = (before: PointData, since: PointData): PointData => {
  if (before.kind === 'histogram' && since.kind === 'histogram') return addedHistogram(before, since);
  if ('value' in before && 'value' in since && before.kind === since.kind)
    return { kind: since.kind, value: before.value + since.value };
  return since;
};

const addedHistogram = (before: HistogramData, since: HistogramData): HistogramData => {
  const isSame = before.bounds.join() === since.bounds.join();
  if (!isSame) return since;
  const counts = since.counts.map((count, index) => count + (before.counts[index] ?? 0));
  return { ...since, counts, sum: before.sum + since.sum };
};

/** About what it takes in memory. */
export const bytesOfData = (data: PointData): number => {
  if (data.kind === 'histogram') return (data.bounds.length + data.counts.length) * NUMBER;
  return data.kind === 'summary' ? data.quantiles.length * QUANTILE : 0;
};

/** A number in a list, and an object of two numbers, in the heap. */
const NUMBER = 8;
const QUANTILE = 64;
