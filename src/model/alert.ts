/** An alert of a rule has begun to fire, or does so no more. */
export interface AlertTold {
  /** The process that it is about; that which tells of it, if it is about none. */
  readonly process: string;
  /** The process that has found it. */
  readonly by: string;
  readonly alert: string;
  readonly alertState: 'firing' | 'over';
  readonly labels: Readonly<Record<string, string>>;
  /** What the rule says of it. Empty: nothing. */
  readonly summary: string;
}
