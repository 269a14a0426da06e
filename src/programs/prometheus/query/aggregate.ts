import { compare, keyOf, NAME, only, without } from '../store/labels.ts';
import type { Aggregation } from './expression.ts';
import { hasAny, newRow, type Row, setAt } from './rows.ts';

/** Joins rows into one for each group, or takes the highest of each. */
export const aggregate = (
  { operation, grouping }: Aggregation,
  parameter: Float64Array | null,
  rows: readonly Row[],
  steps: number,
): readonly Row[] => {
  const groups = groupsOf(grouping, rows);
  if (operation === 'topk') return groups.flatMap(({ rows: own }) => highest(own, parameter, steps));
  const join = JOIN[operation];
  return groups.map(({ row, rows: own }) => {
    for (let step = 0; step < steps; step += 1) {
      const values = own.flatMap(({ has, values: each }) => (has[step] === 1 ? [each[step] ?? 0] : []));
      if (values.length > 0) setAt(row, step, join(values));
    }
    return row;
  });
};

interface Group {
  readonly row: Row;
  readonly rows: Row[];
}

const groupsOf = (
  { without: isWithout, labels }: Aggregation['grouping'],
  rows: readonly Row[],
): readonly Group[] => {
  const left = new Set([...labels, NAME]);
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const kept = isWithout ? without(row.labels, left) : only(row.labels, labels);
    const key = keyOf(kept);
    const group = groups.get(key) ?? { row: newRow(kept, row.values.length), rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** NaN gives way to any number. */
const best = (values: readonly number[], isBetter: (value: number, than: number) => boolean): number =>
  values.reduce((found, value) => (isBetter(value, found) || Number.isNaN(found) ? value : found));

const JOIN: Readonly<
  Record<Exclude<Aggregation['operation'], 'topk'>, (values: readonly number[]) => number>
> = {
  sum,
  avg: (values) => sum(values) / values.length,
  count: ({ length }) => length,
  min: (values) => best(values, (value, than) => value < than),
  max: (values) => best(values, (value, than) => value > than),
};

/** Rows with their values at the steps at which they are among the highest, in the order of the last step. */
const highest = (rows: readonly Row[], parameter: Float64Array | null, steps: number): readonly Row[] => {
  const kept = new Map<Row, Row>();
  for (let step = 0; step < steps; step += 1) {
    const count = Math.floor(parameter?.[step] ?? 0);
    const ranked = rows.filter(({ has }) => has[step] === 1).toSorted((a, b) => descending(a, b, step));
    for (const row of ranked.slice(0, Math.max(0, count))) {
      const own = kept.get(row) ?? newRow(row.labels, steps);
      // What was kept last comes last.
      kept.delete(row);
      setAt(own, step, row.values[step] ?? 0);
      kept.set(row, own);
    }
  }
  return [...kept.values()].filter(hasAny);
};

/** NaN comes last. */
const descending = (a: Row, b: Row, step: number): number => {
  const [left, right] = [a.values[step] ?? 0, b.values[step] ?? 0];
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left === right ? compare(a.key, b.key) : right - left;
};
