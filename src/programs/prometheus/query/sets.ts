import { keyOf } from '../store/labels.ts';
import { signatureOf } from './binary.ts';
import type { Matching, SetOperation } from './expression.ts';
import { distinct, hasAny, newRow, type Row, setAt } from './rows.ts';

/**
 * `and`: series of the left side that have one at the right, at every step; `unless`: those that have none; `or`: the left
 * side, and of the right one what has none at the left.
 */
export const combineSets = (
  { operator, matching }: SetOperation,
  left: readonly Row[],
  right: readonly Row[],
): readonly Row[] =>
  operator === 'or'
    ? distinct([...left, ...kept(matching, right, left, false)])
    : kept(matching, left, right, operator === 'and');

/** Rows at the steps at which the others have one that belongs to them, or have none. */
const kept = (
  matching: Matching,
  rows: readonly Row[],
  others: readonly Row[],
  isWanted: boolean,
): readonly Row[] => {
  const bySignature = Map.groupBy(others, ({ labels }) => keyOf(signatureOf(matching, labels)));
  return rows
    .map((row) => keptOf(row, bySignature.get(keyOf(signatureOf(matching, row.labels))) ?? [], isWanted))
    .filter(hasAny);
};

const keptOf = (row: Row, opposite: readonly Row[], isWanted: boolean): Row => {
  const result = newRow(row.labels, row.values.length);
  for (let step = 0; step < row.values.length; step += 1)
    if (row.has[step] === 1 && opposite.some(({ has }) => has[step] === 1) === isWanted)
      setAt(result, step, row.values[step] ?? 0);
  return result;
};
