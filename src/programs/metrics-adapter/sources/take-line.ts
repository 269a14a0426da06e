import type { LogMetric } from '../options.ts';
import { type Measured, newCounter, newGauge, newHistogram, observe } from '../series/measured.ts';
import type { SeriesTable } from '../series/series-table.ts';

/** Takes a line of a log into its metric. False: it matches, and its value is no number. */
export const takeLine = (
  line: string,
  own: Readonly<Record<string, string>>,
  pattern: RegExp,
  metric: LogMetric,
  table: SeriesTable<Measured>,
  now: number,
): boolean => {
  const groups = pattern.exec(line);
  if (groups === null) return true;
  const value = metric.value === null ? 1 : numberIn(groups.groups?.[metric.value]);
  if (value === null) return false;
  const labels = new Map([
    ...Object.entries(own),
    ...metric.labels.map((name): [string, string] => [name, groups.groups?.[name] ?? '']),
  ]);
  const series = table.at(metric.type, metric.name, labels, now, () => newSeries(metric));
  if (series?.kind === 'counter') series.value += Math.max(0, value);
  else if (series?.kind === 'gauge') series.value = value;
  else if (series?.kind === 'histogram') observe(series, value, 1);
  return true;
};

const numberIn = (text: string | undefined): number | null => {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
};

const newSeries = ({ type, buckets }: LogMetric): Measured => {
  if (type === 'histogram') return newHistogram(buckets);
  return type === 'counter' ? newCounter() : newGauge();
};
