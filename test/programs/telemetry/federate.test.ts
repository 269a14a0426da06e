import { describe, expect, test } from 'vitest';
import type { Exemplar, KeyValue, OtlpMetric } from '../../../src/programs/otlp/messages.ts';
import { federate } from '../../../src/programs/telemetry/federate/federate.ts';
import { Metrics } from '../../../src/programs/telemetry/store/metrics.ts';
import { attribute, spanId, traceId } from './requests.ts';

const RESOURCE = [
  attribute('service.name', 'web'),
  attribute('service.namespace', 'shop'),
  attribute('service.instance.id', 'web-1'),
];

const received = (requests: readonly OtlpMetric[], resource: readonly KeyValue[] = []): Metrics => {
  const metrics = new Metrics({ count: 1_000, bytes: 1e9 });
  for (const metric of requests)
    metrics.add({
      resourceMetrics: [{ resource: { attributes: resource }, scopeMetrics: [{ metrics: [metric] }] }],
    });
  return metrics;
};

const textOf = async (requests: readonly OtlpMetric[], resource?: readonly KeyValue[]): Promise<string> =>
  (await federate(received(requests, resource).points, 'text/plain')).text;

const openMetricsOf = async (...requests: readonly OtlpMetric[]): Promise<string> =>
  (await federate(received(requests).points, 'application/openmetrics-text;version=1.0.0')).text;

const gauge = (name: string, unit: string, ...attributes: readonly KeyValue[]): OtlpMetric => ({
  ...{ name, unit, description: '' },
  gauge: { dataPoints: [{ timeUnixNano: '1', asDouble: 1.5, attributes }] },
});

const sum = (name: string, value: number, temporality: number, isMonotonic = true): OtlpMetric => ({
  name,
  sum: {
    dataPoints: [{ timeUnixNano: '1', asInt: value }],
    aggregationTemporality: temporality,
    isMonotonic,
  },
});

test.each([
  ['http.server.active_requests', '{request}', 'http_server_active_requests'],
  ['process.memory.usage', 'By', 'process_memory_usage_bytes'],
  ['queue.wait', 'ms', 'queue_wait_milliseconds'],
  ['disk.speed', 'By/s', 'disk_speed_bytes_per_second'],
  ['cpu.utilization', '1', 'cpu_utilization_ratio'],
  ['wait_seconds', 's', 'wait_seconds'],
  ['2xx', '', '_2xx'],
])('a gauge %s in %s is %s', async (name, unit, wanted) => {
  expect(await textOf([gauge(name, unit)])).toContain(`\n${wanted} 1.5\n`);
});

test('labels are those of the point, and who it is from', async () => {
  const text = await textOf(
    [gauge('load', '', attribute('http.route', '/a'), attribute('http_route', '/b'))],
    RESOURCE,
  );
  expect(text).toContain('load{http_route="/a;/b",job="shop/web",instance="web-1"} 1.5');
});

test('counters end in _total, and what came since the last point is added up', async () => {
  expect(await textOf([sum('orders', 3, 2), sum('orders', 5, 2)])).toContain('\norders_total 5\n');
  expect(await textOf([sum('orders', 3, 1), sum('orders', 5, 1)])).toContain('\norders_total 8\n');
  expect(await textOf([sum('open', 3, 1, false), sum('open', -1, 1, false)])).toContain('\nopen 2\n');
});

test('a histogram has its buckets one within the other', async () => {
  const point = {
    timeUnixNano: '1',
    count: '3',
    sum: 4.5,
    bucketCounts: ['1', '2', '0'],
    explicitBounds: [1, 2],
  };
  const metric = (temporality: number): OtlpMetric => ({
    ...{ name: 'http.server.request.duration', unit: 's', description: 'Time of requests.' },
    histogram: { dataPoints: [point], aggregationTemporality: temporality },
  });
  expect(await textOf([metric(2)])).toBe(
    [
      '# HELP http_server_request_duration_seconds Time of requests.',
      '# TYPE http_server_request_duration_seconds histogram',
      'http_server_request_duration_seconds_bucket{le="1"} 1',
      'http_server_request_duration_seconds_bucket{le="2"} 3',
      'http_server_request_duration_seconds_bucket{le="+Inf"} 3',
      'http_server_request_duration_seconds_sum 4.5',
      'http_server_request_duration_seconds_count 3',
      '',
    ].join('\n'),
  );
  expect(await textOf([metric(1), metric(1)])).toContain('_bucket{le="2"} 6\n');
});

test('an exponential histogram has the bounds of its base', async () => {
  const positive = { offset: 0, bucketCounts: ['2', '1'] };
  const point = { timeUnixNano: '1', count: '4', sum: 7, scale: 0, zeroCount: '1', positive };
  const metric = { name: 'h', exponentialHistogram: { dataPoints: [point], aggregationTemporality: 2 } };
  const text = await textOf([metric]);
  for (const line of [
    'h_bucket{le="0"} 1',
    'h_bucket{le="2"} 3',
    'h_bucket{le="4"} 4',
    'h_bucket{le="+Inf"} 4',
    'h_count 4',
  ])
    expect(text).toContain(`\n${line}\n`);
});

test('a summary has its quantiles', async () => {
  const point = { timeUnixNano: '1', count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 1.5 }] };
  const text = await textOf([{ name: 's', summary: { dataPoints: [point] } }]);
  expect(text).toContain('# TYPE s summary\ns{quantile="0.5"} 1.5\ns_sum 3\ns_count 2\n');
});

test('a series whose point says that there is no value is gone', async () => {
  const gone = { name: 'load', gauge: { dataPoints: [{ timeUnixNano: '2', flags: 1 }] } };
  expect(await textOf([gauge('load', ''), gone])).toBe('\n');
});

test('of metrics with the same name and another type, the first counts', async () => {
  const text = await textOf([gauge('a.total', ''), sum('a', 7, 2)]);
  expect(text).toContain('a_total 1.5');
  expect(text).not.toContain('a_total 7');
});

test('a histogram that does not say how many are in each bucket has its count', async () => {
  const point = { timeUnixNano: '1', count: '3', sum: 4, bucketCounts: [], explicitBounds: [1, 2] };
  const text = await textOf([{ name: 'h', histogram: { dataPoints: [point], aggregationTemporality: 2 } }]);
  expect(text).toContain('# TYPE h histogram\nh_bucket{le="+Inf"} 3\nh_sum 4\nh_count 3\n');
});

describe('exemplars', () => {
  const exemplar = (value: number, trace: number): Exemplar => ({
    ...{ timeUnixNano: '1500000000', asDouble: value, traceId: traceId(trace), spanId: spanId(trace) },
  });
  const ids = (trace: number): string => `{trace_id="${traceId(trace)}",span_id="${spanId(trace)}"}`;

  const histogram = (exemplars: readonly Exemplar[], explicitBounds = [1, 2]): OtlpMetric => {
    const point = { timeUnixNano: '1', count: '3', sum: 4, bucketCounts: ['1', '1', '1'] };
    const dataPoints = [{ ...point, exemplars, explicitBounds }];
    return { name: 'h', histogram: { dataPoints, aggregationTemporality: 2 } };
  };

  const counter = (exemplars: readonly Exemplar[], temporality = 2): OtlpMetric => {
    const dataPoints = [{ timeUnixNano: '1', asInt: '2', exemplars }];
    return { name: 'c', sum: { dataPoints, isMonotonic: true, aggregationTemporality: temporality } };
  };

  test('stand by the newest of each bucket, and at a counter, in OpenMetrics', async () => {
    const text = await openMetricsOf(
      histogram([exemplar(0.5, 1), exemplar(0.6, 2), exemplar(9, 3)]),
      counter([exemplar(1, 4)]),
    );
    expect(text).toContain(`h_bucket{le="1"} 1 # ${ids(2)} 0.6 1.5\n`);
    expect(text).toContain('h_bucket{le="2"} 2\n');
    expect(text).toContain(`h_bucket{le="+Inf"} 3 # ${ids(3)} 9 1.5\n`);
    expect(text).toContain(`# TYPE c counter\nc_total 2 # ${ids(4)} 1 1.5\n`);
    expect(text).toMatch(/# EOF\n$/);
  });

  test('stay until there are newer ones', async () => {
    expect(await openMetricsOf(counter([exemplar(1, 1)], 1), counter([], 1))).toContain(
      `c_total 4 # ${ids(1)}`,
    );
    expect(await openMetricsOf(counter([exemplar(1, 1)]), counter([exemplar(1, 2)]))).toContain(ids(2));
    const others = await openMetricsOf(histogram([exemplar(0.5, 1)]), histogram([], [3, 4]));
    expect(others).not.toContain('trace_id');
  });

  test('are not in the text format', async () => {
    expect(await textOf([counter([exemplar(1, 1)])])).toContain('\nc_total 2\n');
  });
});
