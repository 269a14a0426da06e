import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  KeyValue,
  MetricsRequest,
  NumberPoint,
  OtlpMetric,
  SummaryPoint,
} from '../../otlp/messages.ts';
import { bytesOf } from './bytes.ts';
import type { Limits } from './traces.ts';

/** The newest point of a series. The value of a counter is that since its start, whatever its temporality. */
export interface KeptPoint {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly resource: readonly KeyValue[];
  readonly attributes: readonly KeyValue[];
  readonly data: PointData;
  readonly bytes: number;
}

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
const NO_VALUE = 1;

interface Incoming {
  readonly attributes?: readonly KeyValue[];
  readonly flags?: number;
  readonly data: PointData;
  readonly isDelta: boolean;
}

/** The newest point of every metric that was received; the series that has got none for the longest time gives way. */
export class Metrics {
  limits: Limits;
  readonly #byKey = new Map<string, KeptPoint>();
  #bytes = 0;
  dropped = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#byKey.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get points(): Iterable<KeptPoint> {
    return this.#byKey.values();
  }

  /** Takes in a request, and returns how many points it has. */
  add({ resourceMetrics }: MetricsRequest): number {
    let points = 0;
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const attributes = resource?.attributes ?? [];
      const owner = JSON.stringify(attributes);
      for (const { metrics } of scopeMetrics)
        for (const metric of metrics)
          for (const incoming of incomingOf(metric)) {
            points += 1;
            this.#add(metric, owner, attributes, incoming);
          }
    }
    this.#makeRoom();
    return points;
  }

  #add(metric: OtlpMetric, owner: string, resource: readonly KeyValue[], incoming: Incoming): void {
    const { attributes = [], flags = 0, data, isDelta } = incoming;
    const key = `${metric.name}\n${owner}\n${sortedKey(attributes)}`;
    const before = this.#byKey.get(key);
    if (before !== undefined) {
      this.#byKey.delete(key);
      this.#bytes -= before.bytes;
    }
    // What was measured has gone.
    if ((flags & NO_VALUE) !== 0) return;
    const { name, description = '', unit = '' } = metric;
    const whole = isDelta && before !== undefined ? added(before.data, data) : data;
    const bytes = POINT + key.length * 2 + bytesOf(attributes) + bytesOf(resource) + bytesOfData(whole);
    this.#byKey.set(key, { name, description, unit, resource, attributes, data: whole, bytes });
    this.#bytes += bytes;
  }

  #makeRoom(): void {
    const oldest = this.#byKey.entries();
    while (this.count > this.limits.count || this.#bytes > this.limits.bytes) {
      const [key, point] = oldest.next().value ?? [];
      if (key === undefined || point === undefined) return;
      this.#byKey.delete(key);
      this.#bytes -= point.bytes;
      this.dropped += 1;
    }
  }
}

/** Fields of a point in the heap, without its attributes. */
const POINT = 400;

const bytesOfData = (data: PointData): number => {
  if (data.kind === 'histogram') return (data.bounds.length + data.counts.length) * NUMBER;
  return data.kind === 'summary' ? data.quantiles.length * QUANTILE : 0;
};

/** A number in a list, and an object of two numbers, in the heap. */
const NUMBER = 8;
const QUANTILE = 64;

const sortedKey = (attributes: readonly KeyValue[]): string =>
  attributes
    .map((pair) => JSON.stringify(pair))
    .sort()
    .join();

const incomingOf = ({
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
  { attributes, flags }: Pick<NumberPoint, 'attributes' | 'flags'>,
  data: PointData,
  temporality?: number,
): Incoming => ({
  ...(attributes === undefined ? {} : { attributes }),
  ...(flags === undefined ? {} : { flags }),
  data,
  isDelta: temporality === DELTA,
});

const numberOf = ({ asDouble, asInt }: NumberPoint): number => asDouble ?? Number(asInt ?? 0);

const histogramOf = ({ explicitBounds, bucketCounts, count, sum = 0 }: HistogramPoint): HistogramData => ({
  kind: 'histogram',
  bounds: explicitBounds,
  // A histogram without buckets has only its count.
  counts: bucketCounts.length === 0 ? [Number(count)] : bucketCounts.map(Number),
  sum,
});

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
const added = (before: PointData, since: PointData): PointData => {
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
