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
  const present = presentIn(matching, others);
  return rows
    .map((row) => keptOf(row, present.get(keyOf(signatureOf(matching, row.labels))), isWanted))
    .filter(hasAny);
};

/** By the labels that are matched: 1 at the steps at which at least one row has a value. */
const presentIn = (matching: Matching, rows: readonly Row[]): ReadonlyMap<string, Uint8Array> => {
  const found = new Map<string, Uint8Array>();
  for (const { labels, has } of rows) {
    const key = keyOf(signatureOf(matching, labels));
    const known = found.get(key);
    if (known === undefined) found.set(key, has.slice());
    else for (let step = 0; step < has.length; step += 1) if (has[step] === 1) known[step] = 1;
  }
  return found;
};

const keptOf = (row: Row, present: Uint8Array | undefined, isWanted: boolean): Row => {
  const result = newRow(row.labels, row.values.length);
  for (let step = 0; step < row.values.length; step += 1)
    if (row.has[step] === 1 && (present?.[step] === 1) === isWanted)
      setAt(result, step, row.values[step] ?? 0);
  return result;
};
