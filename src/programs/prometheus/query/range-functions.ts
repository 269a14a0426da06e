import type { Samples } from '../store/chunk.ts';
import type { RangeFunction } from './expression.ts';

/** Samples in a window: those from one index up to before another. None is stale. */
export interface Window {
  readonly samples: Samples;
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
}

/** A function of the samples in a window; `null`: there is no value. They are those of Prometheus 2. */
export const RANGE_FUNCTION: Readonly<Record<RangeFunction, (window: Window) => number | null>> = {
  rate: (window) => extrapolated(window, { isCounter: true, isRate: true }),
  increase: (window) => extrapolated(window, { isCounter: true, isRate: false }),
  delta: (window) => extrapolated(window, { isCounter: false, isRate: false }),
  irate: (window) => instantRate(window),
  avg_over_time: (window) => (isEmpty(window) ? null : sumOf(window) / countOf(window)),
  sum_over_time: (window) => (isEmpty(window) ? null : sumOf(window)),
  count_over_time: (window) => (isEmpty(window) ? null : countOf(window)),
  min_over_time: (window) => extreme(window, (value, least) => value < least),
  max_over_time: (window) => extreme(window, (value, most) => value > most),
};

const countOf = ({ from, to }: Window): number => to - from;

const isEmpty = (window: Window): boolean => countOf(window) === 0;

/** With the error of each addition added to the next one (Kahan, Neumaier). */
const sumOf = ({ samples: { values }, from, to }: Window): number => {
  let [sum, error] = [0, 0];
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? 0;
    const next = sum + value;
    if (Number.isFinite(next))
      error += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + error : sum;
};

const extreme = (
  { samples: { values }, from, to }: Window,
  isBetter: (value: number, best: number) => boolean,
): number | null => {
  if (from === to) return null;
  let best = values[from] ?? 0;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? 0;
    if (isBetter(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
};

interface Kind {
  readonly isCounter: boolean;
  readonly isRate: boolean;
}

/** A window starts and ends between two samples: as much is added for that as Prometheus does. */
const extrapolated = (window: Window, { isCounter, isRate }: Kind): number | null => {
  const { samples, from, to, start, end } = window;
  if (to - from < 2) return null;
  const [first, last] = [samples.times[from] ?? 0, samples.times[to - 1] ?? 0];
  const change = isCounter ? increaseIn(window) : difference(window);
  const sampled = (last - first) / 1000;
  const between = sampled / (to - from - 1);
  const toStart = (first - start) / 1000;
  const before = isCounter ? Math.min(toStart, toZero(window, change, sampled)) : toStart;
  const covered = sampled + limited(before, between) + limited((end - last) / 1000, between);
  const factor = covered / sampled;
  return change * (isRate ? factor / ((end - start) / 1000) : factor);
};

/** A sample that is further away than usual has another reason: half of the usual distance is added. */
const limited = (distance: number, between: number): number =>
  distance < between * 1.1 ? distance : between / 2;

/** A counter that began at 0 was not below it before: seconds from its first sample back to there. */
const toZero = ({ samples, from }: Window, change: number, sampled: number): number => {
  const first = samples.values[from] ?? 0;
  return change > 0 && first >= 0 ? sampled * (first / change) : Number.POSITIVE_INFINITY;
};

const difference = ({ samples: { values }, from, to }: Window): number =>
  (values[to - 1] ?? 0) - (values[from] ?? 0);

/** A counter that is lower than before has begun anew at 0. */
const increaseIn = (window: Window): number => {
  const { values } = window.samples;
  let increase = difference(window);
  for (let at = window.from + 1; at < window.to; at += 1) {
    const before = values[at - 1] ?? 0;
    if ((values[at] ?? 0) < before) increase += before;
  }
  return increase;
};

const instantRate = ({ samples: { times, values }, from, to }: Window): number | null => {
  if (to - from < 2) return null;
  const [before, last] = [values[to - 2] ?? 0, values[to - 1] ?? 0];
  const seconds = ((times[to - 1] ?? 0) - (times[to - 2] ?? 0)) / 1000;
  return (last < before ? last : last - before) / seconds;
};
