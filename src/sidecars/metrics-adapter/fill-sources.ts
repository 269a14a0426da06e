import type { PresetPlace } from '../../config/expand/preset.ts';
import type { JsonMetric, LogLines, LogMetric, MetricsSource } from '../../config/observe/metrics-adapter.ts';
import type {
  JsonMetric as FilledJsonMetric,
  LogMetric as FilledLogMetric,
  LogsSource,
  SourceOptions,
} from '../../programs/metrics-adapter/options.ts';
import { fillPattern } from '../log-shipper/patterns.ts';
import { METRICS_SERVER, REDIS_SERVER, type ServerKind, serversAt } from '../metrics/server-url.ts';
import { ownAddress } from '../traffic/proxy-options.ts';
import { milliseconds } from '../traffic/time.ts';

const DEFAULT_INTERVAL = 5_000;

/** Those of Prometheus' client libraries. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A source of the options, or one for each instance of what it asks. */
export const fillSource = (source: MetricsSource, place: PresetPlace): readonly SourceOptions[] => {
  if ('prometheus' in source)
    return fetchedFrom(source.prometheus, '/metrics', place).map((fetched) => ({
      kind: 'prometheus',
      ...fetched,
    }));
  if ('nginxStatus' in source)
    return fetchedFrom(source.nginxStatus, '/stub_status', place).map((fetched) => ({
      kind: 'nginxStatus',
      ...fetched,
    }));
  if ('redis' in source)
    return fetchedFrom(source.redis, '', place, REDIS_SERVER).map((fetched) => ({
      kind: 'redis',
      ...fetched,
    }));
  if ('json' in source) {
    const metrics = source.json.metrics.map(filledJsonMetric);
    return fetchedFrom(source.json, '/', place).map((fetched) => ({ kind: 'json', ...fetched, metrics }));
  }
  if ('statsd' in source) {
    const { buckets = DEFAULT_BUCKETS } = source.statsd === true ? {} : source.statsd;
    return [{ kind: 'statsd', listen: ownAddress('statsd', place), buckets }];
  }
  if ('otlp' in source) return [{ kind: 'otlp', listen: ownAddress('otlp', place) }];
  const { match, metric } = source.logs;
  return [
    {
      ...{ kind: 'logs', from: linesOf(source.logs, place) },
      ...{ match: fillPattern(match), metric: filledLogMetric(metric) },
    },
  ];
};

const linesOf = (
  { processes, volume, include = ['**/*.log'], exclude = [] }: LogLines,
  { instances }: PresetPlace,
): LogsSource['from'] =>
  volume === undefined
    ? {
        kind: 'processes',
        processes: processes?.flatMap((name) => instances.get(name) ?? [name]) ?? null,
      }
    : { kind: 'files', folder: `\${volumes.${volume}}`, include, exclude };

interface Asked {
  readonly to: string;
  readonly path?: string;
  readonly interval?: Parameters<typeof milliseconds>[0];
}

const fetchedFrom = (
  written: string | Asked,
  byDefault: string,
  place: PresetPlace,
  kind: ServerKind = METRICS_SERVER,
) => {
  const { to, path, interval }: Asked = typeof written === 'string' ? { to: written } : written;
  return serversAt(to, kind, place).map(({ base, process }) => ({
    url: process === null ? base + (path ?? '') : base + (path ?? byDefault),
    interval: milliseconds(interval, DEFAULT_INTERVAL),
    labels: process === null ? {} : { process },
  }));
};

const filledJsonMetric = ({
  name,
  path,
  value,
  labels = {},
  type = 'gauge',
  help = name,
}: JsonMetric): FilledJsonMetric => ({
  ...{ name, type, help, labels },
  path: path?.split('.') ?? [],
  value: value?.split('.') ?? [],
});

const filledLogMetric = ({
  name,
  type = 'counter',
  value,
  labels = [],
  buckets = DEFAULT_BUCKETS,
  help = name,
}: LogMetric): FilledLogMetric => ({ name, type, value: value ?? null, labels, buckets, help });
