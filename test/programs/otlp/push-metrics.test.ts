import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { uncompress } from 'snappyjs';
import { expect, onTestFinished, test } from 'vitest';
import { RemoteWriter } from '../../../src/programs/metrics-adapter/remote-write/remote-writer.ts';
import { decode } from '../../../src/programs/otlp/codec.ts';
import { MetricsPusher } from '../../../src/programs/otlp/push-metrics.ts';
import { eventually } from '../../support/deadline.ts';

/** A receiver that takes everything, until the end of the test. */
const receiver = async () => {
  const got: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    got.push({ path: request.url ?? '', headers: request.headers, body: await buffer(request) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
};

const GAUGE = {
  resourceMetrics: [
    {
      resource: {},
      scopeMetrics: [
        { metrics: [{ name: 'up', gauge: { dataPoints: [{ timeUnixNano: '1', asDouble: 1 }] } }] },
      ],
    },
  ],
};

test('metrics are pushed by OTLP as often as is set, with the headers that are set', async () => {
  const { url, got } = await receiver();
  const push = { endpoint: url, headers: { 'x-key': 'k' }, interval: 250 };
  const pusher = await MetricsPusher.begin(push, () => GAUGE);
  await eventually('two requests', () => got.length >= 2);
  await pusher.stop();
  expect(got[0]).toMatchObject({ path: '/v1/metrics', headers: { 'x-key': 'k' } });
  expect(await decode('metrics', got[0]?.body ?? Buffer.alloc(0), 'protobuf')).toMatchObject(GAUGE);
  expect(pusher.counts.sent).toBe(got.length);
});

test('metrics are written remotely as often as is set, with the headers that are set', async () => {
  const { url, got } = await receiver();
  const push = { endpoint: `${url}/api/v1/write?key=k`, headers: { 'x-key': 'k' }, interval: 250 };
  const writer = new RemoteWriter(push, () => [{ labels: [['__name__', 'up']], value: 1 }]);
  await eventually('two requests', () => got.length >= 2);
  await writer.stop();
  expect(got[0]).toMatchObject({
    path: '/api/v1/write?key=k',
    headers: {
      ...{ 'x-key': 'k', 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      'x-prometheus-remote-write-version': '0.1.0',
    },
  });
  expect(Buffer.from(uncompress(new Uint8Array(got[0]?.body ?? []))).toString('latin1')).toContain(
    '__name__\x12\x02up',
  );
  expect(writer.counts).toEqual({ sent: got.length, dropped: 0, rejected: 0, error: null });
});
