/** A rule, as the options have it. Times are milliseconds. */
export type Rule = RecordingRule | AlertingRule;

export interface RecordingRule {
  readonly kind: 'record';
  /** Name of the new series. */
  readonly name: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly kind: 'alert';
  readonly name: string;
  readonly expr: string;
  /** Time for which the query has to have an answer without a break. */
  readonly for: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
