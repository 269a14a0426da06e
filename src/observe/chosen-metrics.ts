/** What a value is counted in, for whoever shows it. */
export type MetricUnit = 'cores' | 'bytes' | 'count' | 'per-second' | 'seconds';

/** A figure of a process, and where it may come from. */
export interface ChosenMetric {
  readonly name: 'cpu' | 'memory' | 'descriptors' | 'restarts' | 'requests' | 'errors' | 'p50' | 'p95';
  readonly unit: MetricUnit;
  /** The first query that has an answer counts. Each has one series. */
  readonly queries: (process: string) => readonly string[];
}

/** Rates and quantiles are of the last minute. */
const WINDOW = '1m';

/**
 * A monitor knows every process by its name. What a process tells of itself is under its job, as is what it sends to a
 * telemetry sidecar; and what the monitor tells is under the job of the monitor.
 */
const sources = (process: string): readonly string[] => [
  `process=${JSON.stringify(process)}`,
  `job=${JSON.stringify(process)},process=""`,
];

/** The process itself knows best; the ambassador or egress in front of it knows what comes through. */
const served = (process: string, suffix: 'bucket' | 'count', more = ''): readonly string[] => [
  `http_server_request_duration_seconds_${suffix}{job=${JSON.stringify(process)}${more}}`,
  `http_client_request_duration_seconds_${suffix}{cluster=${JSON.stringify(process)}${more}}`,
];

const FAILED = ',http_response_status_code=~"5.."';

const quantile =
  (share: number) =>
  (process: string): readonly string[] =>
    served(process, 'bucket').map(
      (series) => `histogram_quantile(${share}, sum by (le) (rate(${series}[${WINDOW}])))`,
    );

/** The figures of a process that the commands and the dashboard show, in their order. */
export const CHOSEN_METRICS: readonly ChosenMetric[] = [
  {
    ...{ name: 'cpu', unit: 'cores' },
    queries: (process) =>
      sources(process).map((source) => `sum(rate(process_cpu_seconds_total{${source}}[${WINDOW}]))`),
  },
  {
    ...{ name: 'memory', unit: 'bytes' },
    queries: (process) => sources(process).map((source) => `sum(process_resident_memory_bytes{${source}})`),
  },
  {
    ...{ name: 'descriptors', unit: 'count' },
    queries: (process) => sources(process).map((source) => `sum(process_open_fds{${source}})`),
  },
  {
    ...{ name: 'restarts', unit: 'count' },
    queries: (process) => [`max(sidecarctl_process_restarts_total{process=${JSON.stringify(process)}})`],
  },
  {
    ...{ name: 'requests', unit: 'per-second' },
    queries: (process) => served(process, 'count').map((series) => `sum(rate(${series}[${WINDOW}]))`),
  },
  {
    ...{ name: 'errors', unit: 'per-second' },
    queries: (process) => served(process, 'count', FAILED).map((series) => `sum(rate(${series}[${WINDOW}]))`),
  },
  { name: 'p50', unit: 'seconds', queries: quantile(0.5) },
  { name: 'p95', unit: 'seconds', queries: quantile(0.95) },
];
