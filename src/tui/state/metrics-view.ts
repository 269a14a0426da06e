import type { MetricHistory } from '../../observe/process-metrics.ts';

/** What is known of the metrics of a process. */
export interface MetricsView {
  /** The process that they are of; null: of none yet. */
  readonly process: string | null;
  /** Why there are none of a prometheus sidecar, as a sentence; null: there are. */
  readonly problem: string | null;
  /** Null until they have arrived. */
  readonly histories: readonly MetricHistory[] | null;
}

export const NO_METRICS: MetricsView = { process: null, problem: null, histories: null };
