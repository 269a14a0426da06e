import { type Exposition, exposition, type HistogramSample, type Metric } from '../../admin/exposition.ts';
import { processMetrics } from '../../admin/process-metrics.ts';
import type { SpanCounts } from '../tracing/span-exporter.ts';
import { BOUNDS, type DurationHistogram } from './duration-histogram.ts';
import { type ClusterState, isEndpointHealthy, type ProxyStats } from './proxy-stats.ts';

/** All metrics of a proxy: OpenTelemetry's names where there are some, else Envoy's with another prefix. */
export const metricsOf = (
  stats: ProxyStats,
  clusters: ReadonlyMap<string, ClusterState>,
  spans: SpanCounts,
): Promise<Exposition> =>
  exposition([
    ...listenerMetrics(stats),
    ...clusterMetrics(stats, clusters),
    ...spanMetrics(spans),
    ...processMetrics(),
  ]);

const spanMetrics = ({ sent, dropped }: SpanCounts): readonly Metric[] => [
  counter('sidecar_spans_sent_total', 'Spans that a collector has taken.', sent),
  counter('sidecar_spans_dropped_total', 'Spans that found no room, or no collector.', dropped),
];

const counter = (name: string, help: string, value: number): Metric => ({
  ...{ name, help, type: 'counter', samples: [{ labels: {}, value }] },
});

type Labels = Readonly<Record<string, string>>;

const listenerMetrics = ({ listeners }: ProxyStats): readonly Metric[] => {
  const of = (name: string, type: 'counter' | 'gauge', help: string, read: (stats: Listener) => number) =>
    figures(name, type, help, listeners, (listener) => ({ listener }), read);
  return [
    histogram(
      'http_server_request_duration_seconds',
      'Duration of requests, until the last byte.',
      [...listeners].flatMap(([listener, { durations }]) =>
        [...durations].map(([key, histogram]) => {
          const [method = '', status = ''] = key.split(' ');
          const labels = { listener, http_request_method: method, http_response_status_code: status };
          return sampleOf(labels, histogram);
        }),
      ),
    ),
    of('sidecar_downstream_cx_total', 'counter', 'Connections of clients.', (stats) => stats.connections),
    of('sidecar_downstream_cx_active', 'gauge', 'Open connections.', (stats) => stats.openConnections),
    of('sidecar_downstream_rq_active', 'gauge', 'Open requests.', (stats) => stats.openRequests),
    of(
      'sidecar_downstream_rx_bytes_total',
      'counter',
      'Bytes of bodies that came.',
      (stats) => stats.bytesReceived,
    ),
    of(
      'sidecar_downstream_tx_bytes_total',
      'counter',
      'Bytes of bodies that went.',
      (stats) => stats.bytesSent,
    ),
    {
      ...{ name: 'sidecar_response_flags_total', help: 'Requests with a response flag.', type: 'counter' },
      samples: [...listeners].flatMap(([listener, { flags }]) =>
        [...flags].map(([flag, value]) => ({ labels: { listener, flag }, value })),
      ),
    },
  ];
};

type Listener = ReturnType<ProxyStats['listener']>;

const clusterMetrics = (
  stats: ProxyStats,
  clusters: ReadonlyMap<string, ClusterState>,
): readonly Metric[] => {
  const label = (cluster: string): Labels => ({ cluster });
  const state = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    read: (state: ClusterState) => number,
  ) => figures(`sidecar_${name}`, type, help, clusters, label, read);
  const counted = (name: string, type: 'counter' | 'gauge', help: string, read: (stats: Counted) => number) =>
    figures(`sidecar_${name}`, type, help, stats.clusters, label, read);
  return [
    histogram(
      'http_client_request_duration_seconds',
      'Duration of attempts, until the head of the response.',
      [...stats.clusters].flatMap(([cluster, { durations }]) =>
        [...durations].map(([status, histogram]) =>
          sampleOf({ cluster, http_response_status_code: String(status) }, histogram),
        ),
      ),
    ),
    state('upstream_rq_total', 'counter', 'Attempts.', ({ counters }) => counters.attempts),
    state('upstream_rq_active', 'gauge', 'Attempts under way.', ({ attempts }) => attempts),
    state('upstream_rq_pending_active', 'gauge', 'Requests that wait.', ({ waiting }) => waiting),
    state(
      ...(['upstream_rq_pending_overflow_total', 'counter'] as const),
      'Requests that the circuit breaker refused.',
      ({ counters }) => counters.pendingOverflows + counters.requestOverflows,
    ),
    state('upstream_rq_retry_total', 'counter', 'Retries.', ({ counters }) => counters.retries),
    state(
      ...(['upstream_rq_retry_success_total', 'counter'] as const),
      'Retries with a response that was passed on.',
      ({ counters }) => counters.retrySuccesses,
    ),
    state(
      ...(['upstream_rq_retry_overflow_total', 'counter'] as const),
      'Retries that the budget refused.',
      ({ counters }) => counters.retryOverflows,
    ),
    state(
      ...(['upstream_rq_retry_limit_exceeded_total', 'counter'] as const),
      'Requests that used all retries.',
      ({ counters }) => counters.retriesUsedUp,
    ),
    counted('upstream_rq_timeout_total', 'counter', 'What took too long.', ({ timeouts }) => timeouts),
    counted('upstream_cx_active', 'gauge', 'Open connections.', ({ openConnections }) => openConnections),
    counted(
      ...(['upstream_cx_connect_fail_total', 'counter'] as const),
      'Connections that could not be opened.',
      ({ connectFailures }) => connectFailures,
    ),
    state('membership', 'gauge', 'Endpoints.', ({ options }) => options.endpoints.length),
    state('membership_healthy', 'gauge', 'Healthy endpoints.', ({ endpoints }) => endpoints.healthy),
    state('outlier_ejections_active', 'gauge', 'Ejected endpoints.', ({ outlier }) => outlier?.ejected ?? 0),
    state('outlier_ejections_total', 'counter', 'Ejections.', ({ outlier }) => outlier?.ejections ?? 0),
    state('circuit_breaker_open', 'gauge', '1: open.', ({ breaker }) => (breaker?.state === 'open' ? 1 : 0)),
    ...endpointMetrics(clusters),
  ];
};

type Counted = ReturnType<ProxyStats['cluster']>;

const endpointMetrics = (clusters: ReadonlyMap<string, ClusterState>): readonly Metric[] => {
  const of = (name: string, help: string, read: (state: ClusterState, at: number) => number): Metric => ({
    ...{ name, help, type: 'gauge' },
    samples: [...clusters].flatMap(([cluster, state]) =>
      state.options.endpoints.map(({ address }, at) => ({
        labels: { cluster, endpoint: address },
        value: read(state, at),
      })),
    ),
  });
  return [
    of('sidecar_endpoint_healthy', '1: requests may go to it.', (state, at) =>
      Number(isEndpointHealthy(state, at)),
    ),
    of('sidecar_endpoint_rq_active', 'Attempts under way.', ({ endpoints }, at) => endpoints.active[at] ?? 0),
  ];
};

const figures = <T>(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  all: ReadonlyMap<string, T>,
  labels: (name: string) => Labels,
  read: (each: T) => number,
): Metric => ({
  ...{ name, type, help },
  samples: [...all].map(([each, stats]) => ({ labels: labels(each), value: read(stats) })),
});

const histogram = (name: string, help: string, samples: readonly HistogramSample[]): Metric => ({
  ...{ name, help, type: 'histogram', samples },
});

const sampleOf = (labels: Labels, { counts, sum }: DurationHistogram): HistogramSample => ({
  ...{ labels, bounds: BOUNDS, counts, sum },
});
