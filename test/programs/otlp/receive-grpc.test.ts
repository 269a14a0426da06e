import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { decodeResponse, encode } from '../../../src/programs/otlp/codec.ts';
import { ONE_SPAN, startReceiver } from './receivers.ts';

const TRACES = 'opentelemetry.proto.collector.trace.v1.TraceService';
const METRICS = 'opentelemetry.proto.collector.metrics.v1.MetricsService';
const LOGS = 'opentelemetry.proto.collector.logs.v1.LogsService';

const clientOf = (port: number, options = {}): Client => {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  return client;
};

const call = (client: Client, service: string, body: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(`/${service}/Export`, asIs, asIs, body, (error, answer) =>
      answer === undefined ? reject(error) : resolve(answer),
    );
  });

test('the three services take requests', async () => {
  const receiver = await startReceiver('grpc');
  const client = clientOf(receiver.port);
  const answer = await call(client, TRACES, await encode('traces', ONE_SPAN, 'protobuf'));
  expect(await decodeResponse('traces', answer, 'protobuf')).toBeNull();
  await call(client, METRICS, Buffer.alloc(0));
  await call(client, LOGS, Buffer.alloc(0));
  expect(receiver.taken).toEqual([
    { signal: 'traces', request: ONE_SPAN },
    { signal: 'metrics', request: { resourceMetrics: [] } },
    { signal: 'logs', request: { resourceLogs: [] } },
  ]);
});

test('gzip is inflated, to the largest size at most', async () => {
  const receiver = await startReceiver('grpc', { maxBytes: 1_000 });
  const gzip = clientOf(receiver.port, { 'grpc.default_compression_algorithm': 2 });
  await call(gzip, TRACES, await encode('traces', ONE_SPAN, 'protobuf'));
  expect(receiver.taken).toHaveLength(1);
  const bomb = call(gzip, TRACES, Buffer.alloc(100_000));
  await expect(bomb).rejects.toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
  } satisfies Partial<ServiceError>);
});

test('what is wrong, too large, or too much now has the status of it', async () => {
  const receiver = await startReceiver('grpc', { maxBytes: 1_000 });
  const client = clientOf(receiver.port);
  await expect(call(client, TRACES, Buffer.from([10, 9]))).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: 'resourceSpans[0]: the body ends too early',
  });
  await expect(call(client, TRACES, Buffer.alloc(1_001))).rejects.toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
  });
  receiver.answer = { kind: 'full', retryAfterSeconds: 1 };
  await expect(call(client, TRACES, Buffer.alloc(0))).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(receiver.refusals).toEqual([
    ['traces', 'malformed'],
    ['traces', 'full'],
  ]);
});
