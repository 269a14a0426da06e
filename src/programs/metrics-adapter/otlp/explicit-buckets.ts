import type { ExponentialHistogramPoint } from '../../otlp/messages.ts';

/** Upper bounds, and how many values lie in each bucket: one more than there are bounds. */
export interface Explicit {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** The buckets of an exponential histogram as bounds. Negative values count as if they were 0. */
export const explicitOf = ({ scale, zeroCount, positive, negative }: ExponentialHistogramPoint): Explicit => {
  const base = 2 ** (2 ** -scale);
  const { offset = 0, bucketCounts = [] } = positive ?? {};
  const below = (negative?.bucketCounts ?? []).reduce<number>((sum, count) => sum + Number(count), 0);
  const bounds = bucketCounts.map((_, at) => base ** (offset + at + 1));
  return {
    bounds: [base ** offset, ...bounds],
    counts: [Number(zeroCount) + below, ...bucketCounts.map(Number), 0],
  };
};
