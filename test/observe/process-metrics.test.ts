import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { historyTable, processTable, seriesTable } from '../../src/cli/metrics/metric-tables.ts';
import { askMetrics } from '../../src/observe/ask-prometheus.ts';
import { CHOSEN_METRICS } from '../../src/observe/chosen-metrics.ts';
import { metricText } from '../../src/observe/metric-text.ts';
import { askProcessMetrics } from '../../src/observe/process-metrics.ts';
import { parseQuery } from '../../src/programs/prometheus/query/parse-query.ts';

/** A Prometheus that answers queries as the function says: values of one series, an error, or nothing. */
const prometheusThat = async (answer: (query: string) => readonly string[] | string) => {
  const server = createServer(({ url = '' }, response) => {
    const query = new URL(url, 'http://x').searchParams.get('query') ?? '';
    const found = answer(query);
    if (typeof found === 'string') {
      response.writeHead(400).end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: found }));
      return;
    }
    const values = found.map((value, at) => [1000 + at, value]);
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ok: true, process: 'prom', host: '127.0.0.1', port } as const;
};

const RANGE = { start: 1_000_000, end: 1_060_000, step: 1000 };

test('every figure is asked for with queries that the embedded engine can answer', () => {
  for (const { queries } of CHOSEN_METRICS)
    for (const query of queries('we"b')) expect(() => parseQuery(query)).not.toThrow();
});

test('the first source that knows a figure counts, and what nobody knows is left out', async () => {
  const at = await prometheusThat((query) => {
    if (query.includes('process_cpu_seconds_total{process="web"}')) return ['0.5', '0.25'];
    if (query.includes('process_open_fds{job="web",process=""}')) return ['7'];
    if (query.includes('http_client_request_duration_seconds_bucket{cluster="web"}')) return ['NaN', '0.1'];
    return [];
  });
  expect(await askProcessMetrics(at, 'web', RANGE)).toEqual({
    ok: true,
    value: [
      {
        ...{ name: 'cpu', unit: 'cores' },
        points: [
          [1_000_000, 0.5],
          [1_001_000, 0.25],
        ],
      },
      { name: 'descriptors', unit: 'count', points: [[1_000_000, 7]] },
      { name: 'p50', unit: 'seconds', points: [[1_001_000, 0.1]] },
      { name: 'p95', unit: 'seconds', points: [[1_001_000, 0.1]] },
    ],
  });
});

test('an error of Prometheus is told in its words', async () => {
  const at = await prometheusThat(() => 'no such function');
  const failure = { kind: 'status', status: 400, message: 'no such function' };
  expect(await askMetrics(at, 'x')).toEqual({ ok: false, failure });
  expect(await askProcessMetrics(at, 'web', RANGE)).toEqual({ ok: false, failure });
});

test('values that are no numbers come as such', async () => {
  const at = await prometheusThat(() => ['+Inf', '-Inf', 'NaN', '1e3']);
  const answer = await askMetrics(at, 'x');
  expect(answer.ok && answer.value[0]?.points.map(([, value]) => value)).toEqual([
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1000],
  ]);
});

test('figures have their units', () => {
  expect(
    [
      metricText(0.1234, 'cores'),
      metricText(0, 'cores'),
      metricText(900 * 1024, 'bytes'),
      metricText(45.4 * 2 ** 20, 'bytes'),
      metricText(1.5 * 2 ** 30, 'bytes'),
      metricText(12, 'count'),
      metricText(1234.5, 'per-second'),
      metricText(0.001, 'per-second'),
      metricText(1.25, 'seconds'),
      metricText(0.0123, 'seconds'),
      metricText(0.000_045, 'seconds'),
    ].join(', '),
  ).toBe('12%, 0%, 900 KiB, 45 MiB, 1.5 GiB, 12, 1235/s, <0.01/s, 1.3 s, 12 ms, 45 µs');
});

test('tables have a column for every figure that somebody has', () => {
  const cpu = { name: 'cpu', unit: 'cores', points: [[0, 0.1] as const, [1, 0.2] as const] } as const;
  const p95 = { name: 'p95', unit: 'seconds', points: [[0, 0.5] as const] } as const;
  const all = [
    { process: 'web', metrics: [cpu, p95] },
    { process: 'x\u001b', metrics: [] },
  ];
  expect(processTable(all, 80)).toEqual(['PROCESS  CPU  P95', 'web      20%  500 ms', 'x\\x1b    -    -']);
  expect(historyTable([cpu, p95], 80)).toEqual([
    'METRIC  NOW     MOST    OVER TIME',
    'cpu     20%     20%     ▅█',
    'p95     500 ms  500 ms  █',
  ]);
});

test('the series of an answer stand beside their values, and over time if they have one', () => {
  const labels = { __name__: 'up', job: 'web\u0007' };
  expect(seriesTable([{ labels, points: [[0, 1]] }], 80)).toEqual([
    'VALUE  SERIES',
    '1      up{job="web\\u0007"}',
  ]);
  const points = [[0, 1] as const, [1, Number.NaN] as const, [2, 2] as const];
  expect(seriesTable([{ labels: {}, points }], 80)).toEqual([
    'VALUE  OVER TIME  SERIES',
    '2      ▅█         {}',
  ]);
});
