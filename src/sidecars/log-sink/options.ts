import * as z from 'zod/mini';
import { boolean, expected, late, object, path } from '../../config/schema/parts.ts';
import { size } from '../traffic/option-schema.ts';

/** What it can take in. */
export const LISTENED = ['http', 'loki', 'elasticsearch', 'otlp', 'syslog', 'forward'] as const;

export const logSinkOptions = late(() =>
  object('log-sink', {
    listen: z.optional(
      object('sink-listen', {
        http: z.optional(boolean),
        loki: z.optional(boolean),
        elasticsearch: z.optional(boolean),
        otlp: z.optional(boolean),
        syslog: z.optional(boolean),
        forward: z.optional(boolean),
      }),
    ),
    keep: z.optional(size),
    file: z.optional(
      z.union([path, object('sink-file', { path, volume: path })], expected('sink-file-target')),
    ),
  }),
);
