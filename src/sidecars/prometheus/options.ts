import * as z from 'zod/mini';
import {
  duration,
  expected,
  late,
  list,
  object,
  path,
  portNumber,
  positiveDuration,
} from '../../config/schema/parts.ts';
import { metricName } from '../metrics/metric-name.ts';
import { texts } from '../metrics/push-schema.ts';

const urlPath = z.string(expected('url-path')).check(z.regex(/^(?:\/|\$\{)/, expected('url-path')));

const server = late(() => object('server', { host: z.optional(path), port: portNumber }));

const scrapeTarget = late(() =>
  object('scrape-target', {
    to: z.union([path, server], expected('scrape-target-port')),
    path: z.optional(urlPath),
    job: z.optional(path),
  }),
);

const entry = late(() => z.union([path, scrapeTarget], expected('scrape-target')));

const rule = late(() =>
  object('rule', {
    record: z.optional(metricName),
    alert: z.optional(path),
    expr: path,
    for: z.optional(duration),
    labels: z.optional(texts),
    annotations: z.optional(texts),
  }).check(
    z.refine(({ record, alert }) => (record === undefined) !== (alert === undefined), expected('rule')),
  ),
);

export const prometheusOptions = late(() =>
  object('prometheus', {
    scrape: z.optional(z.union([z.literal('auto'), list(entry, 'scrape')], expected('scrape'))),
    scrapeInterval: z.optional(positiveDuration),
    retention: z.optional(positiveDuration),
    rules: z.optional(list(rule, 'rules')),
    volume: z.optional(path),
  }),
);
