import { describe, expect, test } from 'vitest';
import { encode } from '../../../src/programs/otlp/codec.ts';
import type { KeyValue, MetricsRequest } from '../../../src/programs/otlp/messages.ts';
import { receivedSpans } from '../../../src/programs/telemetry/received/received-spans.ts';
import { sourcesIn } from '../../../src/programs/telemetry/received/sources.ts';
import { Logs } from '../../../src/programs/telemetry/store/logs.ts';
import { Metrics } from '../../../src/programs/telemetry/store/metrics.ts';
import { Traces } from '../../../src/programs/telemetry/store/traces.ts';
import { attribute, type LogSketch, logs, type SpanSketch, spanId, traceId, traces } from './requests.ts';

const LIMIT = 100_000;

describe('traces', () => {
  const add = async (store: Traces, ...spans: readonly SpanSketch[]): Promise<void> => {
    store.add(receivedSpans(await encode('traces', traces(...spans), 'protobuf'), store.owners));
  };
  const of = (count: number, bytes: number): Traces => new Traces({ count, bytes });

  test('take no more bytes than the limit, and the oldest give way', async () => {
    const store = of(1_000, LIMIT);
    const attributes = [attribute('note', 'x'.repeat(1_000))];
    for (let number = 1; number <= 200; number += 1) {
      await add(store, { traceId: traceId(number), attributes });
      expect(store.bytes).toBeLessThanOrEqual(LIMIT);
    }
    expect(store.count).toBeGreaterThan(50);
    expect(store.dropped).toBe(200 - store.count);
    expect(store.get(traceId(200))?.spans).toHaveLength(1);
    expect(store.get(traceId(1))).toBeUndefined();
    expect(store.changedAfter(0).map((trace) => trace.traceId)).toEqual(
      Array.from({ length: store.count }, (_, index) => traceId(200 - index)),
    );
  });

  test('what has sent them counts once, and until the last of its spans has gone', async () => {
    const store = of(1_000, LIMIT);
    await add(store, { traceId: traceId(1), service: 'a'.repeat(10_000) });
    const first = store.bytes;
    expect(first).toBeGreaterThan(10_000);
    await add(store, { traceId: traceId(2), service: 'a'.repeat(10_000) });
    expect(store.bytes - first).toBeLessThan(2_000);
    store.limits = { count: 1, bytes: LIMIT };
    await add(store, { traceId: traceId(3), service: 'b' });
    expect(store.bytes).toBeLessThan(2_000);
  });

  test('of services without end no more are kept than there is room for', async () => {
    const store = of(1_000_000, LIMIT);
    for (let number = 1; number <= 100; number += 1) {
      await add(store, { traceId: traceId(number), service: `${number}`.repeat(2_000) });
      expect(store.bytes).toBeLessThanOrEqual(LIMIT);
    }
    expect(store.count).toBeGreaterThan(5);
  });

  test('one that grows without end has 10,000 spans, and no more bytes than the limit', async () => {
    const spans = Array.from({ length: 500 }, (_, index) => ({ spanId: spanId(index + 1) }));
    const store = of(1_000, 1e9);
    for (let round = 0; round < 21; round += 1) await add(store, ...spans);
    expect(store.get(traceId(1))?.spans).toHaveLength(10_000);
    expect(store.dropped).toBe(500);
    store.limits = { count: 1_000, bytes: LIMIT };
    await add(store, { traceId: traceId(2) });
    expect(store.count).toBe(1);
    expect(store.spans).toBe(1);
  });

  test('of which none is left take nothing', async () => {
    const store = of(1_000, LIMIT);
    await add(store, { traceId: traceId(1) }, { traceId: traceId(2), service: 'db' });
    store.limits = { count: 1_000, bytes: 1 };
    await add(store, { traceId: traceId(3) });
    expect([store.count, store.spans, store.bytes]).toEqual([0, 0, 0]);
  });
});

describe('records of logs', () => {
  const add = async (store: Logs, ...records: readonly LogSketch[]): Promise<void> => {
    const request = await encode('logs', logs(...records), 'protobuf');
    store.add(request, sourcesIn(request));
  };

  test('take no more bytes than the limit, and the oldest give way', async () => {
    const store = new Logs({ count: 1_000, bytes: LIMIT });
    for (let number = 1; number <= 200; number += 1) {
      await add(store, { text: 'x'.repeat(1_000), service: `${number % 3}` });
      expect(store.bytes).toBeLessThanOrEqual(LIMIT);
    }
    expect(store.count).toBeGreaterThan(50);
    expect(store.dropped).toBe(200 - store.count);
    expect([...store.after(0)].map(({ change }) => change)).toEqual(
      Array.from({ length: store.count }, (_, index) => 200 - index),
    );
    store.limits = { count: 1_000, bytes: 1 };
    await add(store, {});
    expect([store.count, store.bytes]).toEqual([0, 0]);
  });
});

describe('points of metrics', () => {
  const histogram = (
    number: number,
    buckets: number,
    attributes: readonly KeyValue[] = [],
  ): MetricsRequest => ({
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', 'web')] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: `m${number}`,
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...{ timeUnixNano: '1', count: '1', sum: 1, attributes },
                      bucketCounts: Array.from({ length: buckets + 1 }, () => '1'),
                      explicitBounds: Array.from({ length: buckets }, (_, index) => index),
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });

  test.each([
    ['attributes', 1, [attribute('note', 'x'.repeat(1_000))]],
    ['buckets', 200, []],
  ])('take no more bytes than the limit, with many %s, and the oldest give way', (_, buckets, attributes) => {
    const store = new Metrics({ count: 1_000, bytes: LIMIT });
    for (let number = 1; number <= 200; number += 1) {
      store.add(histogram(number, buckets, attributes));
      expect(store.bytes).toBeLessThanOrEqual(LIMIT);
    }
    expect(store.count).toBeGreaterThan(10);
    expect(store.count).toBeLessThan(100);
    expect(store.dropped).toBe(200 - store.count);
    expect([...store.points].map(({ name }) => name)).toEqual(
      Array.from({ length: store.count }, (_, index) => `m${200 - store.count + 1 + index}`),
    );
    store.limits = { count: 1_000, bytes: 1 };
    store.add(histogram(1, 1));
    expect([store.count, store.bytes]).toEqual([0, 0]);
  });
});
