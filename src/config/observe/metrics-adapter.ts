import type { PortOf } from '../ports-of.ts';
import type { Duration } from '../quantities.ts';
import type { MetricsPush, RemoteWrite } from './metrics-push.ts';

/**
 * A rule as Prometheus' `relabel_configs` has it, with its defaults. The name of a metric is the label `__name__`.
 *
 * @example { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' }
 */
export interface RelabelRule {
  /** Labels whose values are joined. Default: none. */
  readonly sourceLabels?: readonly string[];
  /** What joins them. Default `';'`. */
  readonly separator?: string;
  /** Label that gets the result. */
  readonly targetLabel?: string;
  /** Pattern that the whole text has to match. Default `'(.*)'`. */
  readonly regex?: string;
  /** For `hashmod`: number of different results. */
  readonly modulus?: number;
  /** Result; `$1` is a group of the pattern. Default `'$1'`. */
  readonly replacement?: string;
  /** What is done. Default `'replace'`. */
  readonly action?:
    | 'replace'
    | 'keep'
    | 'drop'
    | 'hashmod'
    | 'labelmap'
    | 'labeldrop'
    | 'labelkeep'
    | 'lowercase'
    | 'uppercase'
    | 'keepequal'
    | 'dropequal';
}

/** A server that is asked every so often. */
interface Fetched<Process extends string> {
  /** A URL, a process (its port `metrics`, or its first TCP port), or a port of one: `'web.admin'`. */
  readonly to: PortOf<Process> | `${'http' | 'https'}://${string}`;
  /** Path at a process. Default `'/metrics'`, `'/'` for JSON, and `'/stub_status'` for nginx. */
  readonly path?: string;
  /** Time between two requests, from 250 ms. Default 5 s. */
  readonly interval?: Duration;
}

/**
 * A server of Redis that is asked every so often.
 *
 * @example { to: 'redis', interval: '10s' }, { to: 'redis://:${env.PASSWORD}@127.0.0.1:6379' }
 */
export interface RedisServer<Process extends string = string> {
  /** A process (its port `redis`, or its first TCP port), a port of one, or a URL, which can have a user and a password. */
  readonly to: PortOf<Process> | `redis://${string}`;
  /** Time between two requests, from 250 ms. Default 5 s. */
  readonly interval?: Duration;
}

/**
 * A metric of a JSON document.
 *
 * @example { name: 'queue_depth', path: 'queues.*', value: 'depth', labels: { queue: '{name}' } }
 */
export interface JsonMetric {
  readonly name: string;
  /** Fields from the outside in, with `*` for each of them: `'queues.*'`. Default: the document. */
  readonly path?: string;
  /** Field of the number within what `path` leads to. Default: that itself. */
  readonly value?: string;
  /** Labels. `{name}` is a field of what `path` leads to, and `{*}` the key that its last `*` stands for. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Default `'gauge'`. */
  readonly type?: 'gauge' | 'counter';
  /** Default: the name. */
  readonly help?: string;
}

/**
 * A metric of lines that match.
 *
 * @example { name: 'request_seconds', type: 'histogram', value: 'seconds', labels: ['status'] }
 */
export interface LogMetric {
  readonly name: string;
  /** Default `'counter'`. */
  readonly type?: 'counter' | 'gauge' | 'histogram';
  /** Group of the pattern with the value. Default: each line counts 1. */
  readonly value?: string;
  /** Groups of the pattern that are labels. Default: none. */
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram. Default: Prometheus', from 0.005 to 10. */
  readonly buckets?: readonly number[];
  /** Default: the name. */
  readonly help?: string;
}

/**
 * Lines that processes write, or those of files in a volume.
 *
 * @example { volume: 'logs', match: /took (?<seconds>\S+)/, metric: { name: 'request_seconds', type: 'gauge', value: 'seconds' } }
 */
export interface LogLines<Process extends string = string> {
  /** Processes whose output is read. Default, without `volume`: all. */
  readonly processes?: readonly Process[];
  /** Volume with files that are read as they grow. */
  readonly volume?: string;
  /** Globs of its files. Default `['**\/*.log']`. */
  readonly include?: readonly string[];
  /** Globs of files that are left out. Default: none. */
  readonly exclude?: readonly string[];
  /** Lines that the metric is of: a regular expression, or its source. */
  readonly match: RegExp | string;
  readonly metric: LogMetric;
}

/** Where metrics come from: exactly one of these. */
export type MetricsSource<Process extends string = string> =
  /** Prometheus' text format, or OpenMetrics. */
  | { readonly prometheus: Fetched<Process>['to'] | Fetched<Process> }
  /** Numbers of a JSON document. */
  | { readonly json: Fetched<Process> & { readonly metrics: readonly JsonMetric[] } }
  /** nginx' page `stub_status`, under the names that nginx-prometheus-exporter has. */
  | { readonly nginxStatus: Fetched<Process>['to'] | Fetched<Process> }
  /** What Redis says of itself (`INFO`), under the names that redis_exporter has. */
  | { readonly redis: RedisServer<Process>['to'] | RedisServer<Process> }
  /** StatsD and DogStatsD by UDP. */
  | { readonly statsd: true | { readonly port?: number; readonly buckets?: readonly number[] } }
  /** Lines that processes write, or those of files in a volume. */
  | { readonly logs: LogLines<Process> }
  /** OTLP over HTTP. */
  | { readonly otlp: true | { readonly port?: number } };

/**
 * Options of `use: 'metrics-adapter'`: metrics of other kinds as Prometheus' and as OTLP.
 *
 * @example { from: { statsd: true } }
 */
export interface MetricsAdapterOptions<Process extends string = string> {
  readonly from: MetricsSource<Process> | ReadonlyArray<MetricsSource<Process>>;
  /** Rules that every series goes through. Default: none. */
  readonly relabel?: readonly RelabelRule[];
  /** Most series of all sources together; new ones are left out. Default 10,000. */
  readonly maxSeries?: number;
  /** Series of StatsD, logs and OTLP are gone when nothing has come for so long; 0: never. Default 5 min. */
  readonly expire?: Duration;
  /** Sends the metrics by OTLP, or by Prometheus' remote write, as well. Default: none. */
  readonly push?: MetricsPush<Process> | RemoteWrite<Process>;
}
