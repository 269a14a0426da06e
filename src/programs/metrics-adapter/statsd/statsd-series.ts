import type { Family } from '../../exposition/read-families.ts';
import type { Labels, Sample } from '../../exposition/sample.ts';
import type { Relabel } from '../relabel/relabel.ts';
import {
  familiesOf,
  type Measured,
  newCounter,
  newGauge,
  newHistogram,
  observe,
  sampleOf,
} from '../series/measured.ts';
import type { SeriesBudget } from '../series/series-budget.ts';
import { SeriesTable } from '../series/series-table.ts';
import { parseStatsd, type StatsdMetric } from './parse-statsd.ts';
import { UniqueValues } from './unique-values.ts';

/** A timer is in milliseconds, and a metric of Prometheus in seconds. */
const MILLISECONDS = 1_000;

interface StatsdOptions {
  readonly budget: SeriesBudget;
  readonly relabel: Relabel;
  /** Bounds of histograms; those of timers are seconds. */
  readonly buckets: readonly number[];
}

/** What lines of StatsD add up to. It has no clock: times are milliseconds, and come in with the lines. */
export class StatsdSeries {
  readonly #options: StatsdOptions;
  readonly #table: SeriesTable<Measured>;
  readonly #sets: SeriesTable<UniqueValues>;
  /** Lines that mean nothing. */
  malformed = 0;
  lines = 0;

  constructor(options: StatsdOptions) {
    this.#options = options;
    this.#table = new SeriesTable(options.budget, options.relabel);
    this.#sets = new SeriesTable(options.budget, options.relabel);
  }

  /** Takes a datagram, which has one line or several. */
  take(text: string, now: number): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#takeLine(line.trim(), now);
  }

  families(now: number): readonly Family[] {
    return [...familiesOf(this.#table, 'From StatsD.'), ...setFamilies(this.#sets, now)];
  }

  expire(before: number): void {
    this.#table.expire(before);
    this.#sets.expire(before);
  }

  clear(): void {
    this.#table.clear();
    this.#sets.clear();
  }

  #takeLine(line: string, now: number): void {
    this.lines += 1;
    const metric = parseStatsd(line);
    if (metric === null) this.malformed += 1;
    else for (const value of metric.values) this.#takeValue(metric, value, now);
  }

  #takeValue(metric: StatsdMetric, written: string, now: number): void {
    const labels = labelsOf(metric.tags);
    const name = nameOf(metric);
    const value = Number(written);
    switch (metric.type) {
      case 'counter':
        return this.#count(name, labels, value / metric.rate, now);
      case 'gauge':
        return this.#setGauge(name, labels, written, now);
      case 'timer':
        return this.#observe(name, labels, value / MILLISECONDS, 1 / metric.rate, now);
      case 'histogram':
        return this.#observe(name, labels, value, 1 / metric.rate, now);
      case 'set':
        this.#sets.at('set', name, labels, now, () => new UniqueValues())?.add(written, now);
        return;
      default:
        return metric.type satisfies never;
    }
  }

  #count(name: string, labels: Labels, amount: number, now: number): void {
    const series = this.#table.at('counter', name, labels, now, newCounter);
    // A counter of Prometheus never goes back.
    if (series?.kind === 'counter' && amount > 0) series.value += amount;
  }

  #setGauge(name: string, labels: Labels, written: string, now: number): void {
    const series = this.#table.at('gauge', name, labels, now, newGauge);
    if (series?.kind !== 'gauge') return;
    const isChange = written.startsWith('+') || written.startsWith('-');
    series.value = isChange ? series.value + Number(written) : Number(written);
  }

  #observe(name: string, labels: Labels, value: number, weight: number, now: number): void {
    const { buckets } = this.#options;
    const series = this.#table.at('histogram', name, labels, now, () => newHistogram(buckets));
    if (series?.kind === 'histogram') observe(series, value, weight);
  }
}

/** Sets, as gauges of how many values they have. */
const setFamilies = (sets: SeriesTable<UniqueValues>, now: number): readonly Family[] => {
  const families = new Map<string, Sample[]>();
  for (const { name, labels, value } of sets) {
    const samples = families.get(name) ?? [];
    families.set(name, samples);
    samples.push(sampleOf(name, name, labels, value.count(now)));
  }
  const help = 'Different values in ten seconds, from StatsD.';
  return [...families].map(([name, samples]) => ({ name, type: 'gauge', help, unit: null, samples }));
};

/** `api.latency` is `api_latency_seconds` for a timer, and `orders` is `orders_total` for a counter. */
const nameOf = ({ name, type }: StatsdMetric): string => {
  const plain = name.replaceAll(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=\d)/, '_');
  const suffix = SUFFIXES[type];
  return suffix === undefined || plain.endsWith(suffix) ? plain : `${plain}${suffix}`;
};

const SUFFIXES: Readonly<Partial<Record<StatsdMetric['type'], string>>> = {
  counter: '_total',
  timer: '_seconds',
};

const labelsOf = (tags: ReadonlyMap<string, string>): Labels =>
  new Map(
    [...tags].map(([name, value]) => [name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_'), value]),
  );
