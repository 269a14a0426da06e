import type { Labels } from '../../exposition/sample.ts';
import { evaluate } from '../query/evaluate.ts';
import { type Expression, typeOf } from '../query/expression.ts';
import { parseQuery } from '../query/parse-query.ts';
import { badData, QueryError } from '../query/query-error.ts';
import { withoutName } from '../query/rows.ts';
import { NAME, sortedLabels } from '../store/labels.ts';
import type { Store } from '../store/store.ts';
import { type Alert, type AlertChange, AlertStates } from './alert-states.ts';
import { filledText } from './filled-text.ts';
import type { AlertingRule, RecordingRule, Rule } from './rule.ts';
import { RuleSeries } from './rule-series.ts';

type Answer = readonly { readonly labels: Labels; readonly value: number }[];

/** A rule, and what its evaluations have found. */
export class RunningRule {
  readonly rule: Rule;
  readonly #series = new RuleSeries();
  readonly #alerts: AlertStates;
  /** Why the newest evaluation has failed; empty if it has not. */
  lastError = '';
  /** Milliseconds since 1970; null: there was none yet. */
  lastEvaluation: number | null = null;

  /** Throws a QueryError for a query that cannot be read, or has a range of samples as answer. */
  constructor(rule: Rule) {
    this.rule = rule;
    readQuery(rule);
    this.#alerts = new AlertStates(rule.kind === 'alert' ? rule.for : 0);
  }

  get alerts(): readonly Alert[] {
    return this.#alerts.active;
  }

  /** Evaluates the rule, and returns the alerts that have begun to fire, or do so no more. */
  evaluate(store: Store, now: number): readonly AlertChange[] {
    this.lastEvaluation = now;
    try {
      // Anew each time: what a query may take counts from there.
      const answer = answerOf(readQuery(this.rule), store, now);
      this.lastError = '';
      return this.rule.kind === 'record'
        ? this.#record(this.rule, answer, store, now)
        : this.#alert(this.rule, answer, store, now);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.lastError = error.message;
      return [];
    }
  }

  /** The rule is gone, and so are its series. */
  end(store: Store, now: number): void {
    this.#series.write([], store, now);
  }

  #record(
    { name, labels }: RecordingRule,
    answer: Answer,
    store: Store,
    now: number,
  ): readonly AlertChange[] {
    const series = answer.map(
      (each) => [new Map([...each.labels, ...Object.entries(labels), [NAME, name]]), each.value] as const,
    );
    this.#series.write(series, store, now);
    return [];
  }

  #alert(rule: AlertingRule, answer: Answer, store: Store, now: number): readonly AlertChange[] {
    const changes = this.#alerts.take(
      answer.map((each) => foundBy(rule, each)),
      now,
    );
    this.#series.write(this.alerts.flatMap(seriesOf), store, now);
    return changes;
  }
}

const readQuery = ({ expr }: Rule): Expression => {
  const expression = parseQuery(expr);
  if (typeOf(expression) === 'range vector')
    throw badData('the query of a rule is a number or a vector, and this is a range vector');
  return expression;
};

const answerOf = (expression: Expression, store: Store, now: number): Answer => {
  const value = evaluate(expression, store, { start: now, step: 1, count: 1 });
  return value.type === 'scalar'
    ? [{ labels: new Map(), value: value.values[0] ?? 0 }]
    : value.rows.flatMap(({ labels, has, values }) =>
        has[0] === 1 ? [{ labels: withoutName(labels), value: values[0] ?? 0 }] : [],
      );
};

const foundBy = ({ name, labels, annotations }: AlertingRule, found: Answer[number]) => {
  const filled = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([key, text]) => [key, filledText(text, found.labels, found.value)] as const);
  return {
    labels: sortedLabels(new Map([...found.labels, ...filled(labels), ['alertname', name]])),
    annotations: Object.fromEntries(filled(annotations)),
    value: found.value,
  };
};

/** As Prometheus writes them. */
const seriesOf = ({ labels, state, activeAt }: Alert): readonly (readonly [Labels, number])[] => [
  [new Map([...labels, ['alertstate', state], [NAME, 'ALERTS']]), 1],
  [new Map([...labels, [NAME, 'ALERTS_FOR_STATE']]), Math.floor(activeAt / 1_000)],
];
