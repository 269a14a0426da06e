import * as z from 'zod/mini';
import {
  expected,
  late,
  list,
  object,
  path,
  portNumber,
  positiveDuration,
} from '../../config/schema/parts.ts';

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

export const prometheusOptions = late(() =>
  object('prometheus', {
    scrape: z.optional(z.union([z.literal('auto'), list(entry, 'scrape')], expected('scrape'))),
    scrapeInterval: z.optional(positiveDuration),
    retention: z.optional(positiveDuration),
    volume: z.optional(path),
  }),
);
