import type { Samples } from '../store/chunk.ts';
import type { Series } from '../store/series.ts';
import type { Budget } from './budget.ts';
import type { RangeFunction, Selector } from './expression.ts';
import { RANGE_FUNCTION, type Window } from './range-functions.ts';
import { hasAny, newRow, type Row, setAt, withoutName } from './rows.ts';

/** A series without a newer sample counts as gone, as in Prometheus. */
export const LOOKBACK = 5 * 60_000;

/** Times of the steps of a query: milliseconds. */
export interface Steps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export const timeAt = ({ start, step }: Steps, index: number): number => start + index * step;

/** The value of each series at every step: its newest sample, unless it is too old or stale. */
export const newest = (series: readonly Series[], { offset }: Selector, steps: Steps): readonly Row[] =>
  series.flatMap((each) => {
    const row = { ...newRow(each.labels, steps.count), key: each.key };
    const samples = each.between(
      steps.start - offset - LOOKBACK + 1,
      timeAt(steps, steps.count - 1) - offset,
    );
    let next = 0;
    for (let index = 0; index < steps.count; index += 1) {
      const time = timeAt(steps, index) - offset;
      next = firstAfter(samples, time, next);
      const at = next - 1;
      if (at < 0 || samples.isStale[at] === 1 || (samples.times[at] ?? 0) <= time - LOOKBACK) continue;
      setAt(row, index, samples.values[at] ?? 0);
    }
    return hasAny(row) ? [row] : [];
  });

/** A function of the samples of each series in the window before every step. */
export const overRange = (
  series: readonly Series[],
  name: RangeFunction,
  selector: Selector,
  steps: Steps,
  budget: Budget,
): readonly Row[] => {
  const apply = RANGE_FUNCTION[name];
  return series.flatMap((each) => {
    const row = newRow(withoutName(each.labels), steps.count);
    forEachWindow(each, selector, steps, (window, index) => {
      budget.spend(window.to - window.from);
      const value = apply(window);
      if (value !== null) setAt(row, index, value);
    });
    return hasAny(row) ? [row] : [];
  });
};

const forEachWindow = (
  series: Series,
  { offset, range }: Selector,
  steps: Steps,
  call: (window: Window, index: number) => void,
): void => {
  const length = range ?? 0;
  const samples = withoutStale(
    series.between(steps.start - offset - length, timeAt(steps, steps.count - 1) - offset),
  );
  let [from, to] = [0, 0];
  for (let index = 0; index < steps.count; index += 1) {
    const end = timeAt(steps, index) - offset;
    from = firstAfter(samples, end - length - 1, from);
    to = firstAfter(samples, end, to);
    call({ samples, from, to, start: end - length, end }, index);
  }
};

/** Index of the first sample after a time, looked for from an index on. */
const firstAfter = ({ times, length }: Samples, time: number, from: number): number => {
  let at = from;
  while (at < length && (times[at] ?? 0) <= time) at += 1;
  return at;
};

export const withoutStale = (samples: Samples): Samples => {
  if (!samples.isStale.includes(1)) return samples;
  const kept = Array.from({ length: samples.length }, (_, at) => at).filter(
    (at) => samples.isStale[at] === 0,
  );
  return {
    times: Float64Array.from(kept, (at) => samples.times[at] ?? 0),
    values: Float64Array.from(kept, (at) => samples.values[at] ?? 0),
    isStale: new Uint8Array(kept.length),
    length: kept.length,
  };
};
