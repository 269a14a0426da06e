import type { PushOptions } from '../otlp/push-metrics.ts';
import type { Limit } from './limits/limit.ts';

/** Whose names the series have. */
export type Vocabulary = 'otel' | 'process-exporter' | 'kubernetes';

/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`, times milliseconds. */
export interface MonitorOptions {
  readonly name: string;
  readonly pod: string;
  readonly admin: string;
  readonly metrics: string;
  readonly interval: number;
  /** Null: all. */
  readonly processes: readonly string[] | null;
  readonly probes: boolean;
  readonly names: readonly Vocabulary[];
  readonly limits: readonly Limit[];
  readonly push: PushOptions | null;
}
