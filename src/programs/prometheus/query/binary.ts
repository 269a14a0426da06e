import type { Labels } from '../../exposition/sample.ts';
import { keyOf, labelsText, NAME, only, without } from '../store/labels.ts';
import { type Binary, type BinaryOperator, COMPARISONS, type Matching } from './expression.ts';
import { QueryError } from './query-error.ts';
import { distinct, hasAny, newRow, type Row, setAt, type Value, withoutName } from './rows.ts';

/** A comparison is 1 or 0. */
const OPERATION: Readonly<Record<BinaryOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '>': (left, right) => Number(left > right),
  '<': (left, right) => Number(left < right),
  '>=': (left, right) => Number(left >= right),
  '<=': (left, right) => Number(left <= right),
};

/** Carries out an operator at every step. */
export const combine = (binary: Binary, left: Value, right: Value): Value => {
  const operation = OPERATION[binary.operator];
  if (left.type === 'scalar' && right.type === 'scalar')
    return {
      type: 'scalar',
      values: left.values.map((value, at) => operation(value, right.values[at] ?? 0)),
    };
  if (left.type === 'vector' && right.type === 'vector')
    return { type: 'vector', rows: matched(binary, left.rows, right.rows) };
  const [rows, numbers] =
    left.type === 'vector' ? [left.rows, (right as Scalar).values] : [(right as Vector).rows, left.values];
  return { type: 'vector', rows: withNumbers(binary, rows, numbers, left.type === 'scalar') };
};

type Scalar = Extract<Value, { readonly type: 'scalar' }>;
type Vector = Extract<Value, { readonly type: 'vector' }>;

const isComparison = (operator: BinaryOperator): boolean => COMPARISONS.some((each) => each === operator);

/** A comparison without `bool` leaves values out, and keeps the others as they are. */
const isFilter = ({ operator, isBool }: Binary): boolean => isComparison(operator) && !isBool;

const withNumbers = (
  binary: Binary,
  rows: readonly Row[],
  numbers: Float64Array,
  isSwapped: boolean,
): readonly Row[] => {
  const operation = OPERATION[binary.operator];
  const filters = isFilter(binary);
  const found = rows.map((row) => {
    const result = newRow(filters ? row.labels : withoutName(row.labels), row.values.length);
    for (let step = 0; step < row.values.length; step += 1) {
      if (row.has[step] === 0) continue;
      const [value, number] = [row.values[step] ?? 0, numbers[step] ?? 0];
      const outcome = isSwapped ? operation(number, value) : operation(value, number);
      if (!filters) setAt(result, step, outcome);
      else if (outcome === 1) setAt(result, step, value);
    }
    return result;
  });
  return distinct(found.filter(hasAny));
};

/** One series of each side belong together. */
const matched = (binary: Binary, left: readonly Row[], right: readonly Row[]): readonly Row[] => {
  const others = bySignature(binary.matching, right);
  const found = [...bySignature(binary.matching, left)].flatMap(([signature, rows]) => {
    const opposite = others.get(signature);
    return opposite === undefined ? [] : matchedGroup(binary, rows, opposite);
  });
  return distinct(found.filter(hasAny));
};

const bySignature = (matching: Matching, rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> =>
  Map.groupBy(rows, ({ labels }) => keyOf(signatureOf(matching, labels)));

/** The labels by which a series is matched. */
export const signatureOf = ({ on, labels }: Matching, of: Labels): Labels =>
  on ? only(of, labels) : without(of, new Set([...labels, NAME]));

const matchedGroup = (binary: Binary, left: readonly Row[], right: readonly Row[]): readonly Row[] => {
  const operation = OPERATION[binary.operator];
  const filters = isFilter(binary);
  const steps = left[0]?.values.length ?? 0;
  const results = left.map((row) => newRow(resultLabels(binary, row.labels), steps));
  for (let step = 0; step < steps; step += 1) {
    const at = onlyAt(left, step, 'left');
    const opposite = right[onlyAt(right, step, 'right')];
    const [row, result] = [left[at], results[at]];
    if (row === undefined || result === undefined || opposite === undefined) continue;
    const outcome = operation(row.values[step] ?? 0, opposite.values[step] ?? 0);
    if (!filters) setAt(result, step, outcome);
    else if (outcome === 1) setAt(result, step, row.values[step] ?? 0);
  }
  return results;
};

/** Index of the only row that has a value; -1: none has. */
const onlyAt = (rows: readonly Row[], step: number, side: string): number => {
  const first = rows.findIndex(({ has }) => has[step] === 1);
  const second = rows.find(({ has }, at) => at > first && has[step] === 1);
  if (first >= 0 && second !== undefined) {
    const names = [rows[first], second].map((row) => labelsText(row?.labels ?? new Map())).join(' and ');
    throw new QueryError(
      'execution',
      `${names} on the ${side} side match the same series: name more labels in on(), or aggregate them`,
    );
  }
  return first;
};

const resultLabels = (binary: Binary, labels: Labels): Labels => {
  const { on, labels: named } = binary.matching;
  const kept = isFilter(binary) ? labels : withoutName(labels);
  return on ? only(kept, named) : without(kept, named);
};
