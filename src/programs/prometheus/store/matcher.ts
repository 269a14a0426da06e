import type { Labels } from '../../exposition/sample.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition for the value of a label. A label that a series does not have is empty. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

export const matchesAll = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ label, matches }) => matches(labels.get(label) ?? ''));
