import type { Labels } from '../../exposition/sample.ts';
import { keyOf, labelsText, NAME, without } from '../store/labels.ts';
import { QueryError } from './query-error.ts';

/** A series of values, one for each step; where `has` is 0, there is none. */
export interface Row {
  /** Sorted by their names. */
  readonly labels: Labels;
  readonly key: string;
  readonly values: Float64Array;
  readonly has: Uint8Array;
}

/** What an expression is at every step: numbers, or a row for each series. */
export type Value =
  | { readonly type: 'scalar'; readonly values: Float64Array }
  | { readonly type: 'vector'; readonly rows: readonly Row[] };

export const newRow = (labels: Labels, steps: number): Row => ({
  labels,
  key: keyOf(labels),
  values: new Float64Array(steps),
  has: new Uint8Array(steps),
});

export const setAt = ({ values, has }: Row, step: number, value: number): void => {
  values[step] = value;
  has[step] = 1;
};

export const hasAny = ({ has }: Row): boolean => has.includes(1);

const NAME_ONLY = new Set([NAME]);

export const withoutName = (labels: Labels): Labels => without(labels, NAME_ONLY);

/** Rows whose labels are different ones at every step. Those that have become the same, and share no step, become one. */
export const distinct = (rows: readonly Row[]): readonly Row[] => {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const other = byKey.get(row.key);
    if (other === undefined) byKey.set(row.key, row);
    else merge(other, row);
  }
  return [...byKey.values()];
};

const merge = (into: Row, { has, values, labels }: Row): void => {
  for (let step = 0; step < has.length; step += 1) {
    if (has[step] === 0) continue;
    if (into.has[step] === 1)
      throw new QueryError('execution', `two series have become ${labelsText(labels)}, without their names`);
    setAt(into, step, values[step] ?? 0);
  }
};
