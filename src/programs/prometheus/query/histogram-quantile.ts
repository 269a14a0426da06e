import { keyOf, NAME, without } from '../store/labels.ts';
import { newRow, type Row, setAt } from './rows.ts';

const NOT_ITS_OWN = new Set([NAME, 'le']);

interface Bucket {
  readonly bound: number;
  readonly row: Row;
}

interface Count {
  readonly bound: number;
  count: number;
}

/** The quantile of each histogram, estimated as Prometheus does: within a bucket, values are spread evenly. */
export const histogramQuantile = (
  quantiles: Float64Array,
  rows: readonly Row[],
  steps: number,
): readonly Row[] =>
  [...histogramsIn(rows).values()].map(({ row, buckets }) => {
    for (let step = 0; step < steps; step += 1) {
      const counts = countsAt(buckets, step);
      if (counts.length > 0) setAt(row, step, quantileOf(quantiles[step] ?? Number.NaN, counts));
    }
    return row;
  });

const histogramsIn = (rows: readonly Row[]) => {
  const found = new Map<string, { readonly row: Row; readonly buckets: Bucket[] }>();
  for (const row of rows) {
    const bound = boundIn(row.labels.get('le'));
    if (bound === null) continue;
    const labels = without(row.labels, NOT_ITS_OWN);
    const key = keyOf(labels);
    const histogram = found.get(key) ?? { row: newRow(labels, row.values.length), buckets: [] };
    histogram.buckets.push({ bound, row });
    found.set(key, histogram);
  }
  return found;
};

const boundIn = (le: string | undefined): number | null => {
  if (le === undefined || le === '') return null;
  if (/^\+?inf(?:inity)?$/i.test(le)) return Number.POSITIVE_INFINITY;
  const bound = Number(le);
  return Number.isNaN(bound) ? null : bound;
};

/** By their bounds, each once. Rounding and scrapes can leave a count below the one before, which means as many. */
const countsAt = (buckets: readonly Bucket[], step: number): readonly Count[] => {
  const counts: Count[] = [];
  const present = buckets.filter(({ row }) => row.has[step] === 1).toSorted((a, b) => a.bound - b.bound);
  for (const { bound, row } of present) {
    const count = row.values[step] ?? 0;
    const last = counts.at(-1);
    if (last?.bound === bound) last.count += count;
    else counts.push({ bound, count });
  }
  let most = Number.NEGATIVE_INFINITY;
  for (const each of counts) {
    most = Math.max(most, each.count);
    each.count = most;
  }
  return counts;
};

const quantileOf = (quantile: number, counts: readonly Count[]): number => {
  const highest = counts.at(-1);
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  if (highest?.bound !== Number.POSITIVE_INFINITY || counts.length < 2 || highest.count === 0)
    return Number.NaN;
  return within(quantile * highest.count, counts);
};

const within = (rank: number, counts: readonly Count[]): number => {
  const found = counts.findIndex(({ count }, at) => at === counts.length - 1 || count >= rank);
  const [bucket, before] = [counts[found], counts[found - 1]];
  if (bucket === undefined) return Number.NaN;
  if (found === counts.length - 1) return before?.bound ?? Number.NaN;
  if (before === undefined && bucket.bound <= 0) return bucket.bound;
  const start = before?.bound ?? 0;
  const below = before?.count ?? 0;
  return start + (bucket.bound - start) * ((rank - below) / (bucket.count - below));
};
