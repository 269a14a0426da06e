import type { PortOf } from '../ports-of.ts';
import type { Duration } from '../quantities.ts';

/**
 * Sends metrics to a receiver of OTLP over HTTP.
 *
 * @example { otlp: 'otel' }, { otlp: 'https://collector.example.com', headers: { 'x-api-key': '${env.KEY}' } }
 */
export interface MetricsPush<Process extends string = string> {
  /** A process (its port `http`, or its first TCP port), a port of one, or a URL, to which `/v1/metrics` is appended. */
  readonly otlp: PortOf<Process> | `${'http' | 'https'}://${string}`;
  /** Headers of every request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time between two requests, from 250 ms. Default 10 s. */
  readonly interval?: Duration;
}

/**
 * Sends metrics by Prometheus' remote write 1.0, as Prometheus with `--web.enable-remote-write-receiver`, VictoriaMetrics, Mimir
 * and others take it.
 *
 * @example { remoteWrite: 'prom' }, { remoteWrite: 'https://metrics.example.com/api/v1/push' }
 */
export interface RemoteWrite<Process extends string = string> {
  /** A process (its port `http`, or its first TCP port) or a port of one, at `/api/v1/write`, or a whole URL. */
  readonly remoteWrite: PortOf<Process> | `${'http' | 'https'}://${string}`;
  /** Headers of every request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time between two requests, from 250 ms. Default 10 s. */
  readonly interval?: Duration;
}
