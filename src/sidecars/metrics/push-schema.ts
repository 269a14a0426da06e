import * as z from 'zod/mini';
import { duration, expected, late, object, path, text } from '../../config/schema/parts.ts';

export const texts = z.record(z.string(), text, expected('texts-by-name'));

/** By OTLP, or by remote write. */
export const adapterPush = late(() =>
  object('adapter-push', {
    otlp: z.optional(path),
    remoteWrite: z.optional(path),
    headers: z.optional(texts),
    interval: z.optional(duration),
  }).check(
    z.refine(
      ({ otlp, remoteWrite }) => (otlp === undefined) !== (remoteWrite === undefined),
      expected('adapter-push'),
    ),
  ),
);

export const metricsPush = late(() =>
  object('metrics-push', {
    otlp: path,
    headers: z.optional(texts),
    interval: z.optional(duration),
  }),
);
