import * as z from 'zod/mini';
import { count, expected, late, object, path, portNumber } from '../../config/schema/parts.ts';

const listenPort = z.optional(z.union([portNumber, z.literal('auto')], expected('port')));

const listen = late(() => object('telemetry-listen', { http: listenPort, grpc: listenPort }));

const keep = late(() =>
  object('telemetry-keep', {
    traces: z.optional(count),
    logs: z.optional(count),
    metrics: z.optional(count),
  }),
);

const receiverUrl = z
  .string(expected('receiver-url'))
  .check(z.regex(/^(?:https?:\/\/[^/]|\$\{)/, expected('receiver-url')));

const headers = z.record(z.string(), z.string(expected('text')), expected('headers'));

const forward = late(() =>
  z.union(
    [receiverUrl, object('telemetry-forward', { url: receiverUrl, headers: z.optional(headers) })],
    expected('telemetry-forward'),
  ),
);

const share = z.number(expected('share')).check(z.gte(0, expected('share')), z.lte(1, expected('share')));

export const telemetryOptions = late(() =>
  object('telemetry', {
    listen: z.optional(listen),
    keep: z.optional(keep),
    forward: z.optional(forward),
    sampling: z.optional(share),
    file: z.optional(path),
  }),
);
