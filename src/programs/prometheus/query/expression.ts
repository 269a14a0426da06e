import type { Matcher } from '../store/matcher.ts';

/** A query, as far as it can be answered here. Times are milliseconds. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | Selector
  | { readonly kind: 'call'; readonly name: RangeFunction; readonly of: Selector }
  | { readonly kind: 'quantile'; readonly quantile: Expression; readonly of: Expression }
  | Aggregation
  | Binary
  | SetOperation
  | { readonly kind: 'negate'; readonly of: Expression };

export interface Selector {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
  readonly offset: number;
  /** `null`: the newest sample of each series. */
  readonly range: number | null;
}

export const RANGE_FUNCTIONS = [
  ...['rate', 'irate', 'increase', 'delta'],
  ...['avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'count_over_time'],
] as const;

export type RangeFunction = (typeof RANGE_FUNCTIONS)[number];

export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'topk'] as const;

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operation: (typeof AGGREGATIONS)[number];
  readonly grouping: { readonly without: boolean; readonly labels: ReadonlySet<string> };
  /** How many, for `topk`. */
  readonly parameter: Expression | null;
  readonly of: Expression;
}

export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'] as const;
export const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='] as const;

export type BinaryOperator = (typeof ARITHMETIC)[number] | (typeof COMPARISONS)[number];

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** A comparison gives 0 or 1 in place of leaving out. */
  readonly isBool: boolean;
  readonly matching: Matching;
}

export const SET_OPERATORS = ['and', 'or', 'unless'] as const;

/** Takes series of its sides as they are, by whether the other side has one that belongs to them. */
export interface SetOperation {
  readonly kind: 'set';
  readonly operator: (typeof SET_OPERATORS)[number];
  readonly left: Expression;
  readonly right: Expression;
  readonly matching: Matching;
}

/** The labels by which series of two sides belong together: only these, or all but these. */
export interface Matching {
  readonly on: boolean;
  readonly labels: ReadonlySet<string>;
}

export type ValueType = 'scalar' | 'vector' | 'range vector';

export const typeOf = (expression: Expression): ValueType => {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'selector':
      return expression.range === null ? 'vector' : 'range vector';
    case 'negate':
      return typeOf(expression.of);
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector';
    case 'call':
    case 'quantile':
    case 'aggregation':
    case 'set':
      return 'vector';
    default:
      return expression satisfies never;
  }
};
