import * as z from 'zod/mini';
import { duration, expected, late, object, path, text } from '../../config/schema/parts.ts';

export const texts = z.record(z.string(), text, expected('texts-by-name'));

export const metricsPush = late(() =>
  object('metrics-push', {
    otlp: path,
    headers: z.optional(texts),
    interval: z.optional(duration),
  }),
);
