import type { Span } from '../programs/telemetry/api.ts';

/** Where a span lies within its trace, as parts of the whole: both from 0 to 1. */
export interface SpanPlace {
  readonly start: number;
  readonly length: number;
}

/**
 * Places spans within the time from the first start to the last end. Clocks of services differ: a child may begin before
 * its parent, and is shown where it says that it was.
 */
export const placeSpans = (spans: readonly Pick<Span, 'startTime' | 'duration'>[]): readonly SpanPlace[] => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startTime, duration } of spans) {
    first = Math.min(first, startTime);
    last = Math.max(last, startTime + duration);
  }
  const whole = last - first;
  if (!(whole > 0)) return spans.map(() => ({ start: 0, length: 1 }));
  return spans.map(({ startTime, duration }) => ({
    start: (startTime - first) / whole,
    length: duration / whole,
  }));
};

/** Cells of a bar of `width` cells: so many before it, and its own, of which there is at least one. */
export const cellsOf = (
  { start, length }: SpanPlace,
  width: number,
): { readonly before: number; readonly size: number } => {
  const before = Math.min(Math.floor(start * width), Math.max(0, width - 1));
  const end = Math.round((start + length) * width);
  return { before, size: Math.min(Math.max(1, end - before), width - before) };
};
