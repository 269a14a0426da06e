import type { Family } from '../../exposition/read-families.ts';
import type { Labels } from '../../exposition/sample.ts';
import { exemplarOf } from '../../otlp/exemplar-of.ts';
import type {
  HistogramPoint,
  KeyValue,
  MetricsRequest,
  NumberPoint,
  OtlpMetric,
} from '../../otlp/messages.ts';
import { labelsOf, ownerLabels, prometheusName } from '../../telemetry/federate/prometheus-names.ts';
import type { Relabel } from '../relabel/relabel.ts';
import { familiesOf, type Measured, newCounter, newGauge, newHistogram } from '../series/measured.ts';
import type { SeriesBudget } from '../series/series-budget.ts';
import { SeriesTable } from '../series/series-table.ts';
import { type Explicit, explicitOf } from './explicit-buckets.ts';

/** OTLP's number for values that say what has been added since the point before. */
const DELTA = 1;
/** A point with this flag says that what was measured has gone. */
const NO_VALUE = 1;

type Temporality = number;

interface Owner {
  readonly labels: Labels;
  readonly now: number;
}

/** What points of OTLP add up to. It has no clock: times are milliseconds, and come in with the requests. */
export class OtlpSeries {
  readonly #table: SeriesTable<Measured>;
  points = 0;
  /** Points that Prometheus has no series for. */
  refused = 0;

  constructor(budget: SeriesBudget, relabel: Relabel) {
    this.#table = new SeriesTable(budget, relabel);
  }

  take({ resourceMetrics }: MetricsRequest, now: number): void {
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const owner = { labels: new Map(Object.entries(ownerLabels(resource?.attributes ?? []))), now };
      for (const { metrics } of scopeMetrics) for (const metric of metrics) this.#takeMetric(metric, owner);
    }
  }

  families(): readonly Family[] {
    return familiesOf(this.#table, 'From OTLP.');
  }

  expire(before: number): void {
    this.#table.expire(before);
  }

  clear(): void {
    this.#table.clear();
  }

  #takeMetric(metric: OtlpMetric, owner: Owner): void {
    const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
    for (const point of gauge?.dataPoints ?? []) this.#gauge(metric, point, owner);
    for (const point of sum?.dataPoints ?? []) {
      if (sum?.isMonotonic === true) this.#counter(metric, point, sum.aggregationTemporality, owner);
      else this.#gauge(metric, point, owner, sum?.aggregationTemporality === DELTA);
    }
    for (const point of histogram?.dataPoints ?? [])
      this.#histogram(metric, point, explicitIn(point), histogram?.aggregationTemporality ?? 0, owner);
    for (const point of exponentialHistogram?.dataPoints ?? [])
      this.#exponential(metric, point, exponentialHistogram?.aggregationTemporality ?? 0, owner);
    for (const point of summary?.dataPoints ?? []) this.#summary(metric, point, owner);
  }

  #at(metric: OtlpMetric, point: Point, { labels, now }: Owner, make: () => Measured): Measured | null {
    this.points += 1;
    if (((point.flags ?? 0) & NO_VALUE) !== 0) return null;
    const { kind } = make();
    const name = prometheusName(metric.name, metric.unit ?? '', kind);
    if (name === '') this.refused += 1;
    const own = new Map([...Object.entries(labelsOf(point.attributes ?? [])), ...labels]);
    return name === '' ? null : this.#table.at(kind, name, own, now, make);
  }

  #gauge(metric: OtlpMetric, point: NumberPoint, owner: Owner, isDelta = false): void {
    const series = this.#at(metric, point, owner, newGauge);
    if (series?.kind === 'gauge') series.value = numberIn(point) + (isDelta ? series.value : 0);
  }

  #counter(metric: OtlpMetric, point: NumberPoint, temporality: Temporality, owner: Owner): void {
    const series = this.#at(metric, point, owner, newCounter);
    if (series?.kind !== 'counter') return;
    series.value = numberIn(point) + (temporality === DELTA ? series.value : 0);
    const [exemplar] = point.exemplars ?? [];
    if (exemplar !== undefined) series.exemplar = exemplarOf(exemplar);
  }

  #histogram(
    metric: OtlpMetric,
    point: Pick<HistogramPoint, 'sum' | 'exemplars'> & Point,
    { bounds, counts }: Explicit,
    temporality: Temporality,
    owner: Owner,
  ): void {
    const series = this.#at(metric, point, owner, () => newHistogram(bounds));
    if (series?.kind !== 'histogram') return;
    const isMore = temporality === DELTA && series.bounds.join() === bounds.join();
    series.counts = counts.map((count, at) => count + (isMore ? (series.counts[at] ?? 0) : 0));
    series.sum = (point.sum ?? 0) + (isMore ? series.sum : 0);
    series.bounds = bounds;
    for (const each of point.exemplars ?? []) {
      const exemplar = exemplarOf(each);
      const at = bounds.findIndex((bound) => exemplar.value <= bound);
      series.exemplars.set(at === -1 ? bounds.length : at, exemplar);
    }
  }

  /** Between two points of deltas, the buckets of an exponential histogram may have become others. */
  #exponential(
    metric: OtlpMetric,
    point: Parameters<typeof explicitOf>[0],
    temporality: Temporality,
    owner: Owner,
  ): void {
    if (temporality === DELTA) {
      this.points += 1;
      this.refused += 1;
    } else this.#histogram(metric, point, explicitOf(point), temporality, owner);
  }

  #summary(
    metric: OtlpMetric,
    point: NonNullable<OtlpMetric['summary']>['dataPoints'][number],
    owner: Owner,
  ): void {
    const series = this.#at(metric, point, owner, () => ({
      kind: 'summary',
      ...{ quantiles: [], sum: 0, count: 0 },
    }));
    if (series?.kind !== 'summary') return;
    series.quantiles = point.quantileValues;
    series.sum = point.sum;
    series.count = Number(point.count);
  }
}

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly flags?: number;
}

const numberIn = ({ asDouble, asInt }: NumberPoint): number => asDouble ?? Number(asInt ?? 0);

const explicitIn = ({ explicitBounds, bucketCounts, count }: HistogramPoint): Explicit =>
  // Without bounds there may be no buckets either: then one has everything.
  bucketCounts.length === explicitBounds.length + 1
    ? { bounds: explicitBounds, counts: bucketCounts.map(Number) }
    : { bounds: [], counts: [Number(count)] };
