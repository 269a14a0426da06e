/** A line of a plot. */
export interface Series {
  readonly name: string;
  /** By the times of the plot; null: there is no value. */
  readonly values: ReadonlyArray<number | null>;
  /** Number of its color. Default: its place. */
  readonly color?: number;
}
