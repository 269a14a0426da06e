/** The format of an exposition: Prometheus' text format 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** Labels by name, in the order in which they are written. A map, because a label may be called `__proto__`. */
export type Labels = ReadonlyMap<string, string>;

/** Types that either format has. `unknown` is also what the text format calls `untyped`. */
export const TYPES = [
  ...['counter', 'gauge', 'histogram', 'summary', 'unknown'],
  ...['info', 'stateset', 'gaugehistogram'],
] as const;

export type MetricType = (typeof TYPES)[number];

/** One value of one series. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since 1970; `null`: the time of the scrape. */
  readonly timestamp: number | null;
  /** Name of the family that it belongs to: `x` for the `x_bucket` of a histogram `x`. */
  readonly family: string;
  readonly exemplar: Exemplar | null;
}

/** A measurement that went into a sample, such as one with the id of its trace. Only OpenMetrics has them. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
}

/** What an exposition says of a family. What it does not say is `null`. */
export interface Metadata {
  readonly family: string;
  readonly type: MetricType | null;
  readonly help: string | null;
  readonly unit: string | null;
}

/** A line that means nothing. The others count all the same. */
export interface Mistake {
  /** From 1. */
  readonly line: number;
  /** What is wrong with it, as a clause: `the value 'x' is no number`. */
  readonly problem: string;
}
