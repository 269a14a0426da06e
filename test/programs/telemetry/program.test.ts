import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogList, ServiceList, Trace, TraceList } from '../../../src/programs/telemetry/api.ts';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { startReceiver } from '../otlp/receivers.ts';
import { attribute, BEGINNING, logs, spanId, traceId, traces } from './requests.ts';
import { runTelemetry, temporaryFolder } from './running-telemetry.ts';

const root = (name: string) => ({ service: 'web', name, label: name });

test('traces are listed newest first, with filters, and what is new since the last question', async () => {
  const telemetry = await runTelemetry();
  await telemetry.post('traces', traces({ traceId: traceId(1), at: 0, for: 5 }));
  await telemetry.post(
    'traces',
    traces(
      { traceId: traceId(2), at: 100, for: 300, name: 'GET /orders', kind: 2 },
      {
        traceId: traceId(2),
        spanId: spanId(2),
        parentSpanId: spanId(1),
        service: 'db',
        at: 150,
        status: { code: 2 },
      },
    ),
  );
  const all = await telemetry.get<TraceList>('/traces');
  expect(all.traces).toEqual([
    {
      ...{ traceId: traceId(2), root: root('GET /orders'), startTime: BEGINNING + 100 },
      ...{ duration: 300, spans: 2, errors: 1, services: ['web', 'db'] },
    },
    {
      ...{ traceId: traceId(1), root: root('work'), startTime: BEGINNING },
      ...{ duration: 5, spans: 1, errors: 0, services: ['web'] },
    },
  ]);
  const idsOf = async (query: string) =>
    (await telemetry.get<TraceList>(`/traces?${query}`)).traces.map((trace) => trace.traceId);
  expect(await idsOf('service=db')).toEqual([traceId(2)]);
  expect(await idsOf('error=1')).toEqual([traceId(2)]);
  expect(await idsOf('minDuration=0.2s')).toEqual([traceId(2)]);
  expect(await idsOf('minDuration=5ms')).toEqual([traceId(2), traceId(1)]);
  expect(await idsOf('limit=1')).toEqual([traceId(2)]);
  expect(await idsOf(`since=${all.next}`)).toEqual([]);
  await telemetry.post('traces', traces({ traceId: traceId(1), spanId: spanId(7), at: 1 }));
  expect(await idsOf(`since=${all.next}`)).toEqual([traceId(1)]);
  const [, changed] = (await telemetry.get<TraceList>('/traces')).traces;
  expect(changed).toMatchObject({ traceId: traceId(1), spans: 2, duration: 11 });
  expect((await fetch(`${telemetry.admin}/traces?minDuration=long`)).status).toBe(400);
  expect((await fetch(`${telemetry.admin}/traces?since=x`)).status).toBe(400);
});

test('a trace has its spans as a waterfall, and is found by the beginning of its id', async () => {
  const telemetry = await runTelemetry();
  const id = 'abcd'.padEnd(32, '1');
  await telemetry.post(
    'traces',
    traces(
      { traceId: id, spanId: spanId(3), parentSpanId: spanId(1), at: 20, name: 'second' },
      { traceId: id, spanId: spanId(4), parentSpanId: spanId(2), at: 12, name: 'inner' },
      { traceId: id, spanId: spanId(2), parentSpanId: spanId(1), at: 10, name: 'first', kind: 3 },
      {
        ...{
          traceId: id,
          spanId: spanId(1),
          for: 40,
          name: 'root',
          kind: 2,
          status: { code: 2, message: 'bad' },
        },
        attributes: [attribute('http.route', '/orders'), { key: 'n', value: { intValue: '7' } }],
        events: [
          { timeUnixNano: `${BEGINNING + 3}500000`, name: 'retry', attributes: [attribute('why', 'reset')] },
        ],
        links: [{ traceId: traceId(9), spanId: spanId(9) }],
      },
      { traceId: id, spanId: spanId(5), parentSpanId: spanId(99), at: 30, name: 'orphan' },
    ),
  );
  const trace = await telemetry.get<Trace>('/traces/ABCD');
  expect(trace.spans.map(({ name, depth }) => `${'.'.repeat(depth)}${name}`)).toEqual([
    ...['root', '.first', '..inner', '.second', 'orphan'],
  ]);
  expect(trace.spans[0]).toEqual({
    ...{
      spanId: spanId(1),
      parentSpanId: null,
      depth: 0,
      service: 'web',
      name: 'root',
      label: 'root',
      kind: 'server',
    },
    ...{ startTime: BEGINNING, duration: 40, status: 'error', statusMessage: 'bad', scope: 'http' },
    attributes: { 'http.route': '/orders', n: 7 },
    resource: { 'service.name': 'web' },
    events: [{ time: BEGINNING + 3.5, name: 'retry', attributes: { why: 'reset' } }],
    links: [{ traceId: traceId(9), spanId: spanId(9) }],
  });
  expect(trace.root).toEqual({ service: 'web', name: 'root', label: 'root' });
  expect((await fetch(`${telemetry.admin}/traces/ffff`)).status).toBe(404);
  await telemetry.post('traces', traces({ traceId: 'abcd'.padEnd(32, '2') }));
  expect(await telemetry.text('/traces/abcd')).toContain('2 traces have an id that begins with abcd');
});

test('log records are found by trace, service and text', async () => {
  const telemetry = await runTelemetry();
  const first = { traceId: traceId(1), spanId: spanId(1), severityNumber: 17, severityText: 'ERROR' };
  await telemetry.post(
    'logs',
    logs({ ...first, text: 'Out of stock', attributes: [attribute('sku', 'A-7')] }),
  );
  await telemetry.post('logs', logs({ service: 'db', text: 'slow query' }));
  const all = await telemetry.get<LogList>('/logs');
  expect(all.logs.map(({ body }) => body)).toEqual(['slow query', 'Out of stock']);
  expect(all.logs[1]).toEqual({
    ...{ time: BEGINNING, service: 'web', severity: 17, severityText: 'ERROR', body: 'Out of stock' },
    ...{ attributes: { sku: 'A-7' }, traceId: traceId(1), spanId: spanId(1) },
  });
  const bodies = async (query: string) =>
    (await telemetry.get<LogList>(`/logs?${query}`)).logs.map(({ body }) => body);
  expect(await bodies(`trace=${traceId(1)}`)).toEqual(['Out of stock']);
  expect(await bodies('service=db')).toEqual(['slow query']);
  expect(await bodies('q=STOCK')).toEqual(['Out of stock']);
  expect(await bodies('q=a-7')).toEqual(['Out of stock']);
  expect(await bodies('limit=1')).toEqual(['slow query']);
  expect(await bodies(`since=${all.next}`)).toEqual([]);
});

test('the spans of servers say how much a service does, how often it fails and how long it takes', async () => {
  const telemetry = await runTelemetry();
  const at = Date.now() - BEGINNING - 1_000;
  const server = (number: number, more: object) => ({ spanId: spanId(number), kind: 2, at, ...more });
  await telemetry.post(
    'traces',
    traces(
      ...Array.from({ length: 9 }, (_, index) => server(index + 1, { for: 100 })),
      server(10, { for: 900, status: { code: 2 } }),
      { spanId: spanId(11), kind: 3, at, for: 5_000 },
      server(12, { at: 0 }),
    ),
  );
  const { services } = await telemetry.get<ServiceList>('/services');
  expect(services).toHaveLength(1);
  const [web] = services;
  expect(web).toMatchObject({ name: 'web', requestsPerSecond: 10 / 60, errorsPerSecond: 1 / 60 });
  expect(Math.abs((web?.p50 ?? 0) - 100)).toBeLessThan(5);
  expect(Math.abs((web?.p95 ?? 0) - 900)).toBeLessThan(45);
});

test('no more is kept than the options say: the oldest give way', async () => {
  const telemetry = await runTelemetry({ keep: { traces: 2, logs: 2, metrics: 1 } });
  for (const number of [1, 2, 3]) {
    await telemetry.post('traces', traces({ traceId: traceId(number), at: number }));
    await telemetry.post('logs', logs({ text: `line ${number}` }));
    const gauge = { dataPoints: [{ timeUnixNano: '1', asInt: String(number) }] };
    await telemetry.post('metrics', {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: `m${number}`, gauge }] }] }],
    });
  }
  expect((await telemetry.get<TraceList>('/traces')).traces.map((trace) => trace.traceId)).toEqual([
    ...[traceId(3), traceId(2)],
  ]);
  expect((await telemetry.get<LogList>('/logs')).logs.map(({ body }) => body)).toEqual(['line 3', 'line 2']);
  expect(await telemetry.text('/federate')).toMatch(/^# HELP m3 m3\n# TYPE m3 gauge\nm3 3\n$/);
  expect(await telemetry.text('/metrics')).toContain('sidecar_telemetry_evicted_total{signal="traces"} 1');
});

test('a share of the traces is kept, always the same ones, and spans without ids are refused', async () => {
  const file = join(temporaryFolder(), 'otlp.jsonl');
  const telemetry = await runTelemetry({ sampling: 0.5, file });
  const [low, high] = ['1'.repeat(32), 'f'.repeat(32)];
  await telemetry.post('traces', traces({ traceId: low }, { traceId: high }));
  await telemetry.post(
    'traces',
    traces({ traceId: low, spanId: spanId(2) }, { traceId: high, spanId: spanId(2) }),
  );
  const { traces: kept } = await telemetry.get<TraceList>('/traces');
  expect(kept.map(({ traceId: id, spans }) => [id, spans])).toEqual([[low, 2]]);
  expect(readFileSync(file, 'utf8').match(/"traceId":"\w+"/g)).toEqual(Array(2).fill(`"traceId":"${low}"`));
  const answer = await fetch(`${telemetry.http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(traces({ traceId: '' }, { traceId: low, spanId: '0'.repeat(16) })),
  });
  expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '2' } });
  const metrics = await telemetry.text('/metrics');
  expect(metrics).toContain('sidecar_telemetry_left_out_spans_total{reason="unsampled"} 2');
  expect(metrics).toContain('sidecar_telemetry_left_out_spans_total{reason="rejected"} 2');
});

test('everything is forwarded, with headers that nobody else sees, and trouble is told', async () => {
  const receiver = await startReceiver('http');
  const telemetry = await runTelemetry({
    forward: { url: receiver.url, headers: { authorization: 'Bearer s3cret' } },
  });
  await telemetry.post('traces', traces({}));
  await telemetry.post('logs', logs({}));
  await eventually('both to arrive', () => receiver.taken.length === 2);
  expect(receiver.taken[0]).toEqual({ signal: 'traces', request: traces({}) });
  expect(await telemetry.text('/config_dump')).not.toContain('s3cret');
  expect(await telemetry.text('/metrics')).toContain('sidecar_otlp_sent_total{outcome="sent"} 2');
  await receiver.close();
  await telemetry.post('logs', logs({}));
  await eventually('its status to tell', () =>
    telemetry.status().includes('STATUS=cannot forward: connect ECONNREFUSED'),
  );
  expect(await telemetry.get('/stats')).toMatchObject({ forward: { sent: 2, waiting: { requests: 1 } } });
});

test('what was acknowledged is there after kill -9, and what a crash cut off is not', async () => {
  const file = join(temporaryFolder(), 'kept', 'otlp.jsonl');
  const first = await runTelemetry({ file });
  await first.post('traces', traces({ traceId: traceId(1) }));
  await first.post('logs', logs({ text: 'kept' }));
  first.kill('SIGKILL');
  await first.exit;
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['resourceSpans', 'resourceLogs']);
  const second = await runTelemetry({ file });
  expect(second.output()).toContain(`read 2 requests from ${file}`);
  expect((await second.get<TraceList>('/traces')).traces).toHaveLength(1);
  expect((await second.get<LogList>('/logs')).logs.map(({ body }) => body)).toEqual(['kept']);
});

test('nothing that was acknowledged is lost when it is killed while requests arrive', async () => {
  const file = join(temporaryFolder(), 'otlp.jsonl');
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const telemetry = await runTelemetry({ file });
    const enough = acknowledged.length + 40;
    const send = async (sender: number): Promise<void> => {
      for (let index = 0; ; index += 1) {
        const text = `${round}.${sender}.${index}`;
        // What the kill cut off was not acknowledged.
        const status = await telemetry.post('logs', logs({ text })).catch(() => null);
        if (status !== 200) return;
        acknowledged.push(text);
      }
    };
    const senders = [1, 2, 3, 4].map(send);
    await eventually('requests to be taken', () => acknowledged.length >= enough);
    telemetry.kill('SIGKILL');
    await Promise.all(senders);
  }
  const last = await runTelemetry({ file, keep: { traces: 1, logs: 100_000, metrics: 1 } });
  const kept = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => bodyOf(JSON.parse(line)));
  expect(acknowledged.filter((text) => !kept.includes(text))).toEqual([]);
  expect(await last.get('/stats')).toMatchObject({ kept: { logs: { count: kept.length } } });
});

const bodyOf = ({ resourceLogs }: ReturnType<typeof logs>): string | undefined =>
  resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body?.stringValue;

test.skipIf(!isInstalled('prlimit'))(
  'a file that cannot grow loses nothing that was acknowledged, and acknowledges no more',
  async () => {
    const file = join(temporaryFolder(), 'otlp.jsonl');
    const telemetry = await runTelemetry({ file });
    const limit = (bytes: string): void => {
      execFileSync('prlimit', ['--pid', `${telemetry.pid}`, `--fsize=${bytes}`]);
    };
    expect(await telemetry.post('logs', logs({ text: 'first' }))).toBe(200);
    limit('1000:unlimited');
    const statuses: number[] = [];
    for (let index = 0; index < 10; index += 1)
      statuses.push(await telemetry.post('logs', logs({ text: `${index}` })));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    await eventually('its status to tell', () => telemetry.status().includes(`STATUS=cannot write ${file}`));
    limit('unlimited:unlimited');
    expect(await telemetry.post('logs', logs({ text: 'last' }))).toBe(200);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2 + statuses.filter((status) => status === 200).length);
    for (const line of lines) JSON.parse(line);
    expect((await telemetry.get<LogList>('/logs')).logs).toHaveLength(lines.length);
  },
);

test('a stop lets it send on and write what it has taken', async () => {
  const receiver = await startReceiver('http');
  const telemetry = await runTelemetry({ forward: { url: receiver.url, headers: {} } });
  await telemetry.post('traces', traces({}));
  telemetry.kill('SIGTERM');
  expect(await telemetry.exit).toBe(0);
  expect(receiver.taken).toHaveLength(1);
});

test('once it drains it is not ready, and takes nothing more', async () => {
  const telemetry = await runTelemetry();
  expect((await fetch(`${telemetry.admin}/drain`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${telemetry.admin}/ready`)).status).toBe(503);
  await expect(telemetry.post('logs', logs({}))).rejects.toThrow();
});

/** Another receiver, which notes who sends what, until the end of the test. */
const startCollector = async () => {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    sent.push(`${request.headers['x-key']} ${request.url}`);
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { sent, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

test('all other options are carried out at SIGHUP', async () => {
  const [first, second] = [await startCollector(), await startCollector()];
  const files = [join(temporaryFolder(), 'a.jsonl'), join(temporaryFolder(), 'b.jsonl')] as const;
  const telemetry = await runTelemetry({
    forward: { url: first.url, headers: { 'x-key': 'one' } },
    file: files[0],
  });
  const sendAll = async (number: number): Promise<void> => {
    await telemetry.post('traces', traces({ traceId: traceId(number) }));
    await telemetry.post('logs', logs({ text: `line ${number}` }));
    const gauge = { dataPoints: [{ timeUnixNano: '1', asInt: '1' }] };
    const scopeMetrics = [{ metrics: [{ name: `m${number}`, gauge }] }];
    await telemetry.post('metrics', { resourceMetrics: [{ scopeMetrics }] });
  };
  const counts = async () => {
    const { kept } = await telemetry.get<{ kept: Record<string, { count: number }> }>('/stats');
    return Object.fromEntries(Object.entries(kept).map(([signal, { count }]) => [signal, count]));
  };
  const linesIn = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;
  await sendAll(1);
  await sendAll(2);
  await eventually('all to be forwarded', () => first.sent.length === 6);
  expect(new Set(first.sent)).toEqual(new Set(['one /v1/traces', 'one /v1/logs', 'one /v1/metrics']));
  expect(await counts()).toEqual({ traces: 2, logs: 2, metrics: 2 });
  telemetry.reload({
    keep: { traces: 1, logs: 1, metrics: 1 },
    forward: { url: second.url, headers: { 'x-key': 'two' } },
    file: files[1],
  });
  await eventually('the other options', async () =>
    (await telemetry.text('/config_dump')).includes(files[1]),
  );
  await sendAll(3);
  expect(await counts()).toEqual({ traces: 1, logs: 1, metrics: 1 });
  await eventually('all to be forwarded', () => second.sent.length === 3);
  expect(second.sent[0]).toBe('two /v1/traces');
  expect(files.map(linesIn)).toEqual([6, 3]);
  telemetry.reload({ sampling: 0 });
  await eventually('the other share', async () =>
    (await telemetry.text('/config_dump')).includes('"sampling":0'),
  );
  await telemetry.post('traces', traces({ traceId: traceId(4) }));
  expect(await telemetry.get('/stats')).toMatchObject({ left: { unsampled: 1 } });
});

test('options that cannot be applied change nothing', async () => {
  const telemetry = await runTelemetry();
  telemetry.reload({ file: '/dev/null/otlp.jsonl', sampling: 0 });
  await eventually('a line about it', () => telemetry.output().includes('the options were not applied'));
  await telemetry.post('traces', traces({}));
  expect((await telemetry.get<TraceList>('/traces')).traces).toHaveLength(1);
});
