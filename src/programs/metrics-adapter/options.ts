import type { FilesFrom, PatternOptions } from '../log-shipper/options.ts';
import type { PushOptions } from '../otlp/push-metrics.ts';
import type { RelabelRule } from './relabel/relabel.ts';

/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`, times milliseconds. */
export interface AdapterOptions {
  readonly name: string;
  readonly pod: string;
  readonly admin: string;
  readonly metrics: string;
  readonly from: readonly SourceOptions[];
  readonly relabel: readonly RelabelRule[];
  readonly maxSeries: number;
  /** Series to which nothing comes are gone after this time. */
  readonly expire: number;
  readonly push: AdapterPush | null;
}

/** `endpoint`: of remote write the whole URL. */
export interface AdapterPush extends PushOptions {
  readonly protocol: 'otlp' | 'remoteWrite';
}

export type SourceOptions =
  | PrometheusSource
  | JsonSource
  | NginxSource
  | RedisSource
  | StatsdSource
  | LogsSource
  | OtlpSource;

interface Fetched {
  readonly url: string;
  readonly interval: number;
  /** Labels of every series that does not have them. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface PrometheusSource extends Fetched {
  readonly kind: 'prometheus';
}

export interface JsonSource extends Fetched {
  readonly kind: 'json';
  readonly metrics: readonly JsonMetric[];
}

export interface NginxSource extends Fetched {
  readonly kind: 'nginxStatus';
}

/** `redis://user:password@host:port` */
export interface RedisSource extends Fetched {
  readonly kind: 'redis';
}

export interface JsonMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Fields from the outside in, with `*` for each of them. */
  readonly path: readonly string[];
  /** Fields of the number within what `path` leads to. */
  readonly value: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface StatsdSource {
  readonly kind: 'statsd';
  readonly listen: string;
  readonly buckets: readonly number[];
}

export interface LogsSource {
  readonly kind: 'logs';
  readonly from: ProcessesFrom | FilesFrom;
  readonly match: PatternOptions;
  readonly metric: LogMetric;
}

export interface ProcessesFrom {
  readonly kind: 'processes';
  /** Null: all. */
  readonly processes: readonly string[] | null;
}

export interface LogMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Group of the pattern that is the value; null: each line counts 1. */
  readonly value: string | null;
  /** Groups of the pattern that are labels. */
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
}

export interface OtlpSource {
  readonly kind: 'otlp';
  readonly listen: string;
}
