import * as z from 'zod/mini';
import { RELABEL_ACTIONS } from '../../config/observe/relabel-actions.ts';
import {
  count,
  duration,
  expected,
  late,
  list,
  object,
  path,
  portNumber,
  text,
} from '../../config/schema/parts.ts';
import { metricName } from '../metrics/metric-name.ts';
import { adapterPush, texts } from '../metrics/push-schema.ts';

const buckets = late(() =>
  list(z.number(expected('buckets')), 'buckets').check(
    z.refine(
      (bounds) =>
        bounds.length > 0 && bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? bound)),
      expected('buckets'),
    ),
  ),
);

const fetched = { to: path, path: z.optional(path), interval: z.optional(duration) };

const prometheusSource = late(() =>
  z.union([path, object('prometheus-source', fetched)], expected('prometheus-source')),
);

const nginxSource = late(() => z.union([path, object('nginx-source', fetched)], expected('nginx-source')));

const redisSource = late(() =>
  z.union(
    [path, object('redis-source', { to: path, interval: z.optional(duration) })],
    expected('redis-source'),
  ),
);

const jsonMetric = late(() =>
  object('json-metric', {
    name: metricName,
    path: z.optional(path),
    value: z.optional(path),
    labels: z.optional(texts),
    type: z.optional(z.enum(['gauge', 'counter'], expected('json-metric-type'))),
    help: z.optional(text),
  }),
);

const jsonSource = late(() =>
  object('json-source', { ...fetched, metrics: list(jsonMetric, 'json-metrics') }),
);

const on = z.literal(true);

const statsdSource = late(() =>
  z.union(
    [on, object('statsd-source', { port: z.optional(portNumber), buckets: z.optional(buckets) })],
    expected('statsd-source'),
  ),
);

const otlpSource = late(() =>
  z.union([on, object('otlp-source', { port: z.optional(portNumber) })], expected('otlp-source')),
);

const logMetric = late(() =>
  object('log-metric', {
    name: metricName,
    type: z.optional(z.enum(['counter', 'gauge', 'histogram'], expected('log-metric-type'))),
    value: z.optional(path),
    labels: z.optional(list(path, 'texts')),
    buckets: z.optional(buckets),
    help: z.optional(text),
  }),
);

const pattern = z.union(
  [path, z.custom<RegExp>((value) => value instanceof RegExp, expected('regular-expression'))],
  expected('regular-expression'),
);

const logsSource = late(() =>
  object('logs-source', {
    processes: z.optional(list(text, 'process-names')),
    volume: z.optional(path),
    include: z.optional(list(path, 'globs')),
    exclude: z.optional(list(path, 'globs')),
    match: pattern,
    metric: logMetric,
  }),
);

const source = late(() =>
  object('metrics-source', {
    prometheus: z.optional(prometheusSource),
    json: z.optional(jsonSource),
    nginxStatus: z.optional(nginxSource),
    redis: z.optional(redisSource),
    statsd: z.optional(statsdSource),
    logs: z.optional(logsSource),
    otlp: z.optional(otlpSource),
  }).check(
    z.refine(
      (from) => Object.values(from).filter((each) => each !== undefined).length === 1,
      expected('metrics-source'),
    ),
  ),
);

const relabelRule = late(() =>
  object('relabel-rule', {
    action: z.optional(z.enum(RELABEL_ACTIONS, expected('relabel-action'))),
    sourceLabels: z.optional(list(path, 'texts')),
    separator: z.optional(text),
    targetLabel: z.optional(path),
    regex: z.optional(text),
    modulus: z.optional(count),
    replacement: z.optional(text),
  }),
);

export const metricsAdapterOptions = late(() =>
  object('metrics-adapter', {
    from: z.union([source, list(source, 'metrics-sources')], expected('metrics-sources')),
    relabel: z.optional(list(relabelRule, 'relabel-rules')),
    maxSeries: z.optional(count),
    expire: z.optional(duration),
    push: z.optional(adapterPush),
  }),
);
