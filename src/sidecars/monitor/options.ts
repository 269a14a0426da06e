import * as z from 'zod/mini';
import { boolean, duration, expected, late, list, named, object, text } from '../../config/schema/parts.ts';
import { metricsPush } from '../metrics/push-schema.ts';
import { size } from '../traffic/option-schema.ts';

export const METRIC_NAMES = ['otel', 'process-exporter', 'kubernetes'] as const;

const cores = z.number(expected('cores')).check(z.gt(0, expected('cores')));

const limit = late(() =>
  object('usage-limit', {
    memory: z.optional(size),
    cpu: z.optional(cores),
    for: z.optional(duration),
    action: z.optional(z.enum(['warn', 'restart', 'end'], expected('limit-action'))),
  }).check(z.refine(({ memory, cpu }) => memory !== undefined || cpu !== undefined, expected('usage-limit'))),
);

const watched = z.union([z.literal('all'), list(text, 'watched-processes')], expected('watched-processes'));

export const monitorOptions = late(() =>
  object('monitor', {
    interval: z.optional(duration),
    processes: z.optional(watched),
    probes: z.optional(boolean),
    names: z.optional(list(z.enum(METRIC_NAMES, expected('metric-names')), 'metric-names')),
    limits: z.optional(named(limit, 'usage-limits')),
    push: z.optional(metricsPush),
  }),
);
