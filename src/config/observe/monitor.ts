import type { Duration, Size } from '../quantities.ts';
import type { MetricsPush } from './metrics-push.ts';

/**
 * Names of metrics. `otel`: those of Prometheus' client libraries and of OpenTelemetry's semantic conventions.
 * `process-exporter`: `namedprocess_namegroup_…`. `kubernetes`: those of cAdvisor and kube-state-metrics.
 */
export type MetricNames = 'otel' | 'process-exporter' | 'kubernetes';

/**
 * What a process and all its descendants may use: memory, CPU, or both.
 *
 * @example { memory: '512MiB', for: '30s', action: 'restart' }
 */
export interface UsageLimit {
  /** Most resident memory: `'512MiB'`. Default: no limit. */
  readonly memory?: Size;
  /** Most cores: `1.5`. Default: no limit. */
  readonly cpu?: number;
  /** Time for which it has to be above the limit without a break. Default 10 s. */
  readonly for?: Duration;
  /** What happens then. `warn`: a notice. `restart`, `end`: the same, and the process restarts or stops. Default `'warn'`. */
  readonly action?: 'warn' | 'restart' | 'end';
}

/**
 * Options of `use: 'monitor'`: metrics of what every process of the pod uses and how it is.
 *
 * @example { limits: { web: { memory: '512MiB', action: 'restart' } } }
 */
export interface MonitorOptions<Process extends string = string> {
  /** Time between two samples, from 250 ms. Default 1 s. */
  readonly interval?: Duration;
  /** Processes that have metrics, or `'all'`. Default `'all'`. */
  readonly processes?: 'all' | readonly Process[];
  /** False: the results of probes have no metrics. Default true. */
  readonly probes?: boolean;
  /** Whose names the metrics have. Default `['otel']`. */
  readonly names?: readonly MetricNames[];
  /** Limits by process. Default: none. */
  readonly limits?: { readonly [Name in Process]?: UsageLimit };
  /** Sends the metrics by OTLP as well. Default: none. */
  readonly push?: MetricsPush<Process>;
}
