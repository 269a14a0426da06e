import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ACCEPTED } from '../../../src/programs/exposition/media-type.ts';
import { readFamilies } from '../../../src/programs/exposition/read-families.ts';
import { serveOtlpHttp } from '../../../src/programs/otlp/receive-http.ts';
import { reading } from '../../../src/programs/otlp/receiver.ts';
import { OtlpSender } from '../../../src/programs/otlp/send.ts';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { BUCKETS, runAdapter } from './running-adapter.ts';

/** A server that answers with what it has now. */
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const fetched = (kind: string, url: string, more: object = {}) => ({
  ...{ kind, url, interval: 250, labels: { process: 'web' } },
  ...more,
});

const OPENMETRICS = `# TYPE http_requests counter
# HELP http_requests All of them.
http_requests_total{code="200"} 7.0 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.5 1700000000
# TYPE request_seconds histogram
request_seconds_bucket{le="0.1"} 1 # {trace_id="a"} 0.05
request_seconds_bucket{le="+Inf"} 3
request_seconds_sum 4.5
request_seconds_count 3
# TYPE "http.client requests" gauge
{"http.client requests","client id"="x"} 2
# EOF
`;

test('OpenMetrics passes with exemplars, quoted names and types, in the format that the scraper takes', async () => {
  const url = await serve((request, response) => {
    expect(request.headers.accept).toBe(ACCEPTED);
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
    response.end(OPENMETRICS);
  });
  const { get, scrape } = await runAdapter([fetched('prometheus', `${url}/metrics`)]);
  await eventually('the metrics', async () => (await scrape()).includes('http_requests_total'));
  const response = await get(ACCEPTED);
  expect(response.headers.get('content-type')).toMatch(
    /^application\/openmetrics-text;.*escaping=allow-utf-8/,
  );
  const { families, mistakes } = readFamilies(Buffer.from(await response.arrayBuffer()), 'openmetrics');
  expect(mistakes).toBe(0);
  const samples = families.flatMap((family) => family.samples);
  const of = (name: string) => samples.find((sample) => sample.name === name);
  expect(of('http_requests_total')).toMatchObject({ value: 7, exemplar: { value: 0.5, timestamp: 1.7e12 } });
  expect(Object.fromEntries(of('http_requests_total')?.exemplar?.labels ?? [])).toEqual({
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  });
  expect(of('request_seconds_bucket')?.exemplar?.value).toBe(0.05);
  expect(Object.fromEntries(of('http.client requests')?.labels ?? [])).toEqual({
    process: 'web',
    'client id': 'x',
  });
  expect(families.map(({ name, type }) => [name, type])).toEqual([
    ['http_requests', 'counter'],
    ['request_seconds', 'histogram'],
    ['http.client requests', 'gauge'],
  ]);
  const plain = await scrape('text/plain');
  expect(plain).toContain(
    '# TYPE http_requests_total counter\nhttp_requests_total{process="web",code="200"} 7\n',
  );
  expect(plain).toContain('http_client_requests{process="web",client_id="x"} 2\n');
  expect(plain).not.toContain('trace_id');
  if (isInstalled('promtool')) {
    const { stderr } = spawnSync('promtool', ['check', 'metrics'], { input: plain, encoding: 'utf8' });
    // The help of foreign metrics is theirs.
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('no help text'))).toEqual([]);
  }
});

test('a server that is away has no series, and is told, until it is back', async () => {
  let isUp = true;
  const url = await serve((_, response) => {
    response.statusCode = isUp ? 200 : 500;
    response.end('a 1\n# TYPE hits counter\nhits 2\n');
  });
  const { scrape, output, page } = await runAdapter([fetched('prometheus', url)]);
  await eventually('a series', async () => (await scrape()).includes('a{process="web"} 1'));
  // A counter of another exporter has the same name in every format.
  expect(await scrape()).toContain('# TYPE hits counter\nhits{process="web"} 2\n');
  expect(await scrape(ACCEPTED)).toContain('# TYPE hits unknown\nhits{process="web"} 2\n');
  isUp = false;
  await eventually('no series', async () => !(await scrape()).includes('a{'));
  await eventually('the reason', () => output().includes(`from ${url}: it answers with 500`));
  expect(await (await page('/stats')).json()).toMatchObject({
    sources: { prometheus: { error: 'it answers with 500' } },
  });
  isUp = true;
  await eventually('a series again', async () => (await scrape()).includes('a{process="web"} 1'));
  expect(output().match(/it answers with 500/g)).toHaveLength(1);
});

test('numbers of JSON, lines of StatsD and lines of logs become series, which rules change', async () => {
  const url = await serve((_, response) => response.end('{"queues":[{"name":"mail","depth":3}]}'));
  const port = await freePort();
  const metrics = [
    {
      ...{ name: 'queue_depth', help: 'Waiting.', type: 'gauge', path: ['queues', '*'], value: ['depth'] },
      labels: { queue: '{name}' },
    },
  ];
  const lines = {
    ...{ kind: 'logs', from: { kind: 'processes', processes: ['web'] } },
    match: { source: 'took (?<seconds>\\S+) (?<code>\\d+)', flags: 'u' },
    metric: {
      ...{ name: 'log_seconds', help: 'h', type: 'histogram', value: 'seconds', labels: ['code'] },
      buckets: BUCKETS,
    },
  };
  const relabel = [
    { ...RULE, action: 'labeldrop', regex: 'secret' },
    { ...RULE, action: 'drop', sourceLabels: ['__name__'], regex: 'unwanted.*' },
  ];
  const sources = [
    fetched('json', url, { metrics }),
    { kind: 'statsd', listen: `127.0.0.1:${port}`, buckets: BUCKETS },
    lines,
  ];
  const { scrape, page, pod, reload } = await runAdapter(sources, { relabel });
  const client = createSocket('udp4');
  onTestFinished(() => void client.close());
  client.send('hits:1|c|#secret:1\nhits:1|c|#secret:2\nunwanted:1|g\nnonsense', port, '127.0.0.1');
  await eventually('a reader', () => pod.paths.some((path) => path.startsWith('/v1/logs')));
  expect(pod.paths).toContain('/v1/logs?follow=1&since=0&process=web');
  const line = (text: string, seq: number): string =>
    `${JSON.stringify({ type: 'log', seq, process: 'web', line: text })}\n`;
  pod.write(line('took 0.05 200', 1), line('nothing', 2), line('took 3 500', 3), line('took long 500', 4));
  await eventually('everything', async () => {
    const text = await scrape();
    return ['queue_depth', 'hits_total', 'code="500"'].every((part) => text.includes(part));
  });
  const text = (await scrape()).split('\n');
  for (const wanted of [
    'queue_depth{process="web",queue="mail"} 3',
    'hits_total 2',
    '# HELP queue_depth Waiting.',
    '# HELP log_seconds h',
    'log_seconds_bucket{process="web",code="200",le="0.1"} 1',
    'log_seconds_sum{process="web",code="500"} 3',
  ])
    expect(text).toContain(wanted);
  expect(text.join('\n')).not.toContain('unwanted');
  const own = await (await page('/metrics')).text();
  expect(own).toContain('sidecar_adapter_failed_total{source="statsd"} 1');
  expect(own).toContain('sidecar_adapter_failed_total{source="logs"} 1');
  reload([sources[1] ?? {}], { relabel });
  await eventually('only what is left', async () => !(await scrape()).includes('queue_depth'));
  expect(await scrape()).toContain('hits_total 2');
});

const RULE = {
  ...{ sourceLabels: [], separator: ';', targetLabel: '', regex: '(.*)' },
  ...{ modulus: 1, replacement: '$1', action: 'replace' },
};

test('lines of files become series, through a rotation', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adapter-logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'access.log');
  writeFileSync(file, 'GET 200\nget 500\nother\n');
  for (const other of ['skipped.log', 'access.txt']) writeFileSync(join(folder, other), 'GET 404\n');
  const from = { kind: 'files', folder, include: ['*.log'], exclude: ['skip*'] };
  const metric = {
    name: 'hits',
    help: 'h',
    type: 'counter',
    value: null,
    labels: ['code'],
    buckets: BUCKETS,
  };
  const match = { source: 'GET (?<code>\\d+)', flags: 'gi' };
  const { scrape, page } = await runAdapter([{ kind: 'logs', from, match, metric }]);
  const counts = async (code: number, count: number): Promise<boolean> =>
    (await scrape()).includes(`hits_total{file="access.log",code="${code}"} ${count}\n`);
  await eventually('what was there', async () => (await counts(200, 1)) && (await counts(500, 1)));
  appendFileSync(file, 'GET 200\nGET 2');
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, '00\n');
  writeFileSync(file, 'GET 200\n');
  await eventually('every line once', () => counts(200, 4));
  expect(await scrape()).not.toContain('404');
  expect(await (await page('/metrics')).text()).toContain('sidecar_adapter_taken_total{source="logs"} 6');
});

test('series are bounded, which is told, and expire', async () => {
  const port = await freePort();
  const from = [{ kind: 'statsd', listen: `127.0.0.1:${port}`, buckets: BUCKETS }];
  const { scrape, output, page } = await runAdapter(from, { maxSeries: 2, expire: 1_000 });
  const client = createSocket('udp4');
  onTestFinished(() => void client.close());
  client.send('a:1|g\nb:1|g\nc:1|g', port, '127.0.0.1');
  await eventually('it to be told', () =>
    output().includes('there are 2 series, the most that maxSeries allows'),
  );
  expect(await scrape()).toContain('b 1');
  expect(await scrape()).not.toContain('c 1');
  expect(await (await page('/metrics')).text()).toContain('sidecar_adapter_refused_total 1');
  await eventually('nothing', async () => (await scrape()).trim() === '');
});

test('OTLP comes in, and goes out', async () => {
  const [inPort, outPort] = [await freePort(), await freePort()];
  const received: unknown[] = [];
  const receiver = await serveOtlpHttp(
    { host: '127.0.0.1', port: outPort },
    {
      take: reading(async (_, request) => {
        received.push(request);
        return { kind: 'taken', partial: null };
      }),
    },
  );
  onTestFinished(() => void receiver.close());
  const push = {
    protocol: 'otlp',
    endpoint: `http://127.0.0.1:${outPort}`,
    headers: { key: 'secret' },
    interval: 250,
  };
  const { scrape, page, child, exit } = await runAdapter([{ kind: 'otlp', listen: `127.0.0.1:${inPort}` }], {
    push,
  });
  const sender = new OtlpSender({ endpoint: `http://127.0.0.1:${inPort}` });
  const time = { timeUnixNano: '1700000000000000000' };
  const delta = (asInt: string) => ({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
        scopeMetrics: [
          {
            metrics: [
              {
                ...{ name: 'orders.placed', unit: '{order}' },
                sum: { dataPoints: [{ ...time, asInt }], aggregationTemporality: 1, isMonotonic: true },
              },
              {
                ...{ name: 'request.duration', unit: 's' },
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...{ ...time, count: '3', sum: 4.5, bucketCounts: ['1', '2'], explicitBounds: [0.1] },
                      exemplars: [
                        { ...time, asDouble: 0.05, traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
                      ],
                    },
                  ],
                },
              },
              { name: 'heap', unit: 'By', gauge: { dataPoints: [{ ...time, asDouble: 1.5 }] } },
            ],
          },
        ],
      },
    ],
  });
  await sender.send('metrics', delta('2'), 3);
  await sender.send('metrics', delta('3'), 3);
  await sender.close(5_000);
  const text = await scrape();
  for (const wanted of [
    'orders_placed_total{job="web"} 5',
    'request_duration_seconds_bucket{job="web",le="0.1"} 1',
    'request_duration_seconds_bucket{job="web",le="+Inf"} 3',
    'request_duration_seconds_sum{job="web"} 4.5',
    'heap_bytes{job="web"} 1.5',
  ])
    expect(text).toContain(wanted);
  expect(await scrape(ACCEPTED)).toContain(`trace_id="${'ab'.repeat(16)}"`);
  await eventually('a push of all of it', () => JSON.stringify(received).includes('"asDouble":5'));
  const sent = JSON.stringify(received);
  for (const wanted of ['"service.name"', '"explicitBounds":[0.1]', 'ab'.repeat(16)])
    expect(sent).toContain(wanted);
  expect(await (await page('/metrics')).text()).toMatch(/sidecar_otlp_points_total\{outcome="sent"\} [1-9]/);
  expect(await (await page('/config_dump')).text()).not.toContain('secret');
  const before = received.length;
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(received.length).toBeGreaterThan(before);
});
