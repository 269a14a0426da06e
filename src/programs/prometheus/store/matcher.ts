import type { Labels } from '../../exposition/sample.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition for the value of a label. A label that a series does not have is empty. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

/** Throws a SyntaxError for a regular expression that is none. */
export const matcherOf = (label: string, operator: MatchOperator, value: string): Matcher => ({
  ...{ label, operator, value },
  matches: testOf(operator, value),
});

const testOf = (operator: MatchOperator, value: string): ((text: string) => boolean) => {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  // An expression is for the whole value, as in Prometheus.
  const pattern = new RegExp(`^(?:${value})$`);
  return operator === '=~' ? (text) => pattern.test(text) : (text) => !pattern.test(text);
};

export const matchesAll = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ label, matches }) => matches(labels.get(label) ?? ''));
