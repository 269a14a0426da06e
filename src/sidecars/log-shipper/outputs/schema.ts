import * as z from 'zod/mini';
import { expected, late, object, path, text } from '../../../config/schema/parts.ts';
import { size, upstreamTls } from '../../traffic/option-schema.ts';

const requests = {
  to: path,
  headers: z.optional(z.record(z.string(), text, expected('headers'))),
  compression: z.optional(z.enum(['gzip', 'none'], expected('compression'))),
  tls: z.optional(upstreamTls),
};

const httpOutput = late(() => z.union([path, object('http-output', requests)], expected('http-log-target')));

/** Elasticsearch's own rules, without the length. */
const indexName = z
  .string(expected('index-name'))
  .check(z.regex(/^(?![-_+.])[^A-Z\s\\/*?"<>|,#:]+$/, expected('index-name')));

const elasticsearchOutput = late(() =>
  z.union(
    [path, object('elasticsearch-output', { ...requests, index: z.optional(indexName) })],
    expected('elasticsearch-target'),
  ),
);

const socket = { to: path, tls: z.optional(upstreamTls) };

const syslogOutput = late(() => z.union([path, object('syslog-output', socket)], expected('syslog-target')));

const forwardOutput = late(() =>
  z.union([path, object('forward-output', { ...socket, tag: z.optional(path) })], expected('forward-target')),
);

const amount = z.int(expected('amount')).check(z.gte(0, expected('amount')));

const fileOutput = late(() =>
  z.union(
    [
      path,
      object('file-output', {
        path,
        volume: z.optional(path),
        size: z.optional(size),
        keep: z.optional(amount),
      }),
    ],
    expected('file-target'),
  ),
);

const outputName = z
  .string(expected('output-name'))
  .check(z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, expected('output-name')));

/** One destination. That it is of exactly one kind, `outputProblems` finds. */
export const logOutput = late(() =>
  object('log-output', {
    name: z.optional(outputName),
    http: z.optional(httpOutput),
    loki: z.optional(httpOutput),
    elasticsearch: z.optional(elasticsearchOutput),
    otlp: z.optional(httpOutput),
    syslog: z.optional(syslogOutput),
    forward: z.optional(forwardOutput),
    file: z.optional(fileOutput),
    stdout: z.optional(z.literal(true, expected('stdout-output'))),
  }),
);
