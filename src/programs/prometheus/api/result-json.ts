import type { Labels } from '../../exposition/sample.ts';
import type { Selector } from '../query/expression.ts';
import { QueryError } from '../query/query-error.ts';
import { hasAny, type Row, type Value } from '../query/rows.ts';
import { type Steps, timeAt, withoutStale } from '../query/select.ts';
import { compare } from '../store/labels.ts';
import type { Series } from '../store/series.ts';
import { formatValue } from './format-value.ts';

/** Points of an answer, 30 bytes each. */
const MOST_POINTS = 1_000_000;

const expectFew = (points: number): void => {
  if (points > MOST_POINTS)
    throw new QueryError(
      'execution',
      `the answer has more than ${MOST_POINTS} points: select fewer series, or ask for a shorter range or a longer step`,
    );
};

type Point = readonly [number, string];

const pointOf = (time: number, value: number): Point => [time / 1000, formatValue(value)];

export const metricOf = (labels: Labels): Readonly<Record<string, string>> => Object.fromEntries(labels);

/** The answer to a query at one time. */
export const instantJson = (value: Value, { start }: Steps, isSorted: boolean): object => {
  if (value.type === 'scalar') return { resultType: 'scalar', result: pointOf(start, value.values[0] ?? 0) };
  const rows = value.rows.filter(({ has }) => has[0] === 1);
  return {
    resultType: 'vector',
    result: (isSorted ? rows : byLabels(rows)).map(({ labels, values }) => ({
      metric: metricOf(labels),
      value: pointOf(start, values[0] ?? 0),
    })),
  };
};

/** The answer to a query at several times. */
export const rangeJson = (value: Value, steps: Steps): object => {
  const rows = value.type === 'scalar' ? [rowOf(value.values)] : byLabels(value.rows.filter(hasAny));
  expectFew(rows.length * steps.count);
  const result = rows.map((row) => ({ metric: metricOf(row.labels), values: pointsOf(row, steps) }));
  return { resultType: 'matrix', result };
};

/** The samples themselves, in the range before a time. */
export const samplesJson = (series: readonly Series[], { offset, range }: Selector, time: number): object => {
  const end = time - offset;
  let points = 0;
  const result = byLabels(series).flatMap((each) => {
    const { times, values, length } = withoutStale(each.between(end - (range ?? 0), end));
    points += length;
    expectFew(points);
    const found = Array.from({ length }, (_, at) => pointOf(times[at] ?? 0, values[at] ?? 0));
    return length === 0 ? [] : [{ metric: metricOf(each.labels), values: found }];
  });
  return { resultType: 'matrix', result };
};

const byLabels = <Labeled extends { readonly key: string }>(rows: readonly Labeled[]): readonly Labeled[] =>
  rows.toSorted((a, b) => compare(a.key, b.key));

const rowOf = (values: Float64Array): Row => ({
  ...{ labels: new Map(), key: '', values },
  has: new Uint8Array(values.length).fill(1),
});

const pointsOf = ({ values, has }: Row, steps: Steps): readonly Point[] => {
  const points: Point[] = [];
  for (let step = 0; step < steps.count; step += 1)
    if (has[step] === 1) points.push(pointOf(timeAt(steps, step), values[step] ?? 0));
  return points;
};
