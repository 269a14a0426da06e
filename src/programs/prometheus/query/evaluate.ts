import type { Series } from '../store/series.ts';
import type { Store } from '../store/store.ts';
import { aggregate } from './aggregate.ts';
import { combine } from './binary.ts';
import { Budget } from './budget.ts';
import type { Expression, Selector } from './expression.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { QueryError } from './query-error.ts';
import { distinct, newRow, type Row, type Value, withoutName } from './rows.ts';
import { newest, overRange, type Steps } from './select.ts';
import { combineSets } from './sets.ts';

/** Values that one selector may give: 40 MB. */
const MOST_VALUES = 5_000_000;

/** Evaluates an expression at every step. The work for a series is done once for all steps. */
export const evaluate = (expression: Expression, store: Store, steps: Steps, budget = new Budget()): Value =>
  new Evaluation(store, steps, budget).of(expression);

class Evaluation {
  readonly #store: Store;
  readonly #steps: Steps;
  readonly #budget: Budget;

  constructor(store: Store, steps: Steps, budget: Budget) {
    this.#store = store;
    this.#steps = steps;
    this.#budget = budget;
  }

  of(expression: Expression): Value {
    const { count } = this.#steps;
    switch (expression.kind) {
      case 'number':
        return { type: 'scalar', values: new Float64Array(count).fill(expression.value) };
      case 'selector':
        return vector(newest(this.#select(expression), expression, this.#steps));
      case 'call': {
        const { name, of } = expression;
        return vector(distinct(overRange(this.#select(of), name, of, this.#steps, this.#budget)));
      }
      case 'quantile':
        return vector(
          histogramQuantile(this.#numbers(expression.quantile), this.#rows(expression.of), count),
        );
      case 'aggregation': {
        const parameter = expression.parameter === null ? null : this.#numbers(expression.parameter);
        return vector(aggregate(expression, parameter, this.#rows(expression.of), count));
      }
      case 'binary':
        return combine(expression, this.of(expression.left), this.of(expression.right));
      case 'set':
        return vector(combineSets(expression, this.#rows(expression.left), this.#rows(expression.right)));
      case 'negate':
        return negated(this.of(expression.of));
      default:
        return expression satisfies never;
    }
  }

  #select({ matchers }: Selector): readonly Series[] {
    const series = this.#store.select(matchers);
    if (series.length * this.#steps.count > MOST_VALUES)
      throw new QueryError(
        'execution',
        `a selector has ${series.length} series at ${this.#steps.count} steps: select fewer, or ask for a longer step`,
      );
    return series;
  }

  #numbers(expression: Expression): Float64Array {
    const value = this.of(expression);
    if (value.type !== 'scalar') throw new Error('a vector was let through in place of a number');
    return value.values;
  }

  #rows(expression: Expression): readonly Row[] {
    const value = this.of(expression);
    if (value.type !== 'vector') throw new Error('a number was let through in place of a vector');
    return value.rows;
  }
}

const vector = (rows: readonly Row[]): Value => ({ type: 'vector', rows });

const negated = (value: Value): Value => {
  if (value.type === 'scalar') return { type: 'scalar', values: value.values.map((each) => -each) };
  const rows = value.rows.map(({ labels, values, has }) => ({
    ...newRow(withoutName(labels), values.length),
    values: values.map((each) => -each),
    has,
  }));
  return vector(distinct(rows));
};
