import * as z from 'zod/mini';
import { count, duration, expected, late, list, object, path, text } from '../../config/schema/parts.ts';
import { size } from '../traffic/option-schema.ts';
import { logOutput } from './outputs/schema.ts';

const pattern = z.union(
  [
    z.string().check(z.minLength(1, expected('regular-expression'))),
    z.custom<RegExp>((value) => value instanceof RegExp, expected('regular-expression')),
  ],
  expected('regular-expression'),
);

const isFilled = (all: unknown): boolean => (all as readonly unknown[]).length > 0;

const globs = list(path, 'globs').check(z.refine(isFilled, expected('globs')));

const files = late(() =>
  object('log-files', {
    volume: z.optional(path),
    path: z.optional(path),
    include: z.optional(globs),
    exclude: z.optional(list(path, 'globs')),
  }),
);

const processNames = list(text, 'processes-or-all').check(z.refine(isFilled, expected('processes-or-all')));

const processes = late(() =>
  object('log-processes', {
    processes: z.union([z.literal('all'), processNames], expected('processes-or-all')),
  }),
);

const multiline = late(() => object('log-multiline', { start: pattern, timeout: z.optional(duration) }));

const parse = late(() =>
  z.union(
    [
      z.enum(['none', 'json', 'logfmt', 'combined', 'syslog', 'auto'], expected('log-parse')),
      z.custom<RegExp>((value) => value instanceof RegExp, expected('log-parse')),
      object('parse-pattern', { pattern: path }),
    ],
    expected('log-parse'),
  ),
);

const destinations = late(() =>
  z.union(
    [logOutput, list(logOutput, 'log-destinations').check(z.refine(isFilled, expected('log-destinations')))],
    expected('log-destinations'),
  ),
);

export const logShipperOptions = late(() =>
  object('log-shipper', {
    from: z.union([files, processes], expected('log-from')),
    to: destinations,
    readFrom: z.optional(z.enum(['beginning', 'end'], expected('read-from'))),
    rotateWait: z.optional(duration),
    maxLineBytes: z.optional(size),
    multiline: z.optional(multiline),
    parse: z.optional(parse),
    fields: z.optional(z.record(z.string(), text, expected('log-fields'))),
    redact: z.optional(list(pattern, 'regular-expressions')),
    batch: z.optional(
      object('log-batch', {
        maxBytes: z.optional(size),
        maxEvents: z.optional(count),
        timeout: z.optional(duration),
      }),
    ),
    request: z.optional(
      object('log-request', {
        timeout: z.optional(duration),
        retryInitialBackoff: z.optional(duration),
        retryMaxDuration: z.optional(duration),
      }),
    ),
    deadLetter: z.optional(path),
    drain: z.optional(duration),
  }),
);
