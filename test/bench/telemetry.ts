// What the telemetry sidecar takes in, in a second of CPU: `npm run bench:telemetry`; BENCH_SECONDS=3.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Encoding, encode, type Requests } from '../../src/programs/otlp/codec.ts';
import type { KeyValue, Signal } from '../../src/programs/otlp/messages.ts';
import type { TelemetryProgramOptions } from '../../src/programs/telemetry/options.ts';
import { freePort } from '../support/free-port.ts';
import type { Figure } from './measure.ts';
import { figureTable, printTable } from './tables.ts';

const PROGRAM = new URL('../../dist/programs/telemetry.js', import.meta.url).pathname;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ITEMS = 512;
const CLIENTS = 4;
/** Together they have more traces than are kept: each request brings new ones, and old ones give way. */
const BODIES = 200;
const TARGET = 50_000;

const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

/** The attributes that instrumentation of HTTP gives a span. */
const attributesOf = (index: number): readonly KeyValue[] => [
  ...[text('http.request.method', 'GET'), text('url.path', `/orders/${index}`)],
  ...[text('server.address', 'localhost'), text('user_agent.original', 'curl/7.88.1')],
  ...[text('network.protocol.version', '1.1'), text('http.route', '/orders/:id')],
  { key: 'http.response.status_code', value: { intValue: '200' } },
  { key: 'server.port', value: { intValue: '8080' } },
];

const resource = { attributes: [text('service.name', 'web')] };
const scope = { name: 'http' };

/** Traces of eight spans. */
const traces = (): Requests['traces'] => {
  const traceIds = Array.from({ length: ITEMS / 8 }, () => randomBytes(16).toString('hex'));
  const spans = Array.from({ length: ITEMS }, (_, index) => ({
    traceId: traceIds[Math.floor(index / 8)] ?? '',
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'GET /orders/:id',
    kind: 2,
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now()}900000`,
    attributes: attributesOf(index),
    status: { code: 1 },
  }));
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] };
};

const logs = (): Requests['logs'] => {
  const logRecords = Array.from({ length: ITEMS }, (_, index) => ({
    ...{ timeUnixNano: `${Date.now()}000000`, severityNumber: 9, severityText: 'INFO' },
    body: { stringValue: `the order ${index} was taken` },
    attributes: attributesOf(index).slice(0, 4),
    ...{ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') },
  }));
  return { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] };
};

const metrics = (): Requests['metrics'] => {
  const dataPoints = Array.from({ length: ITEMS }, (_, index) => ({
    ...{ timeUnixNano: `${Date.now()}000000`, asDouble: index * 1.5 },
    attributes: attributesOf(index).slice(0, 4),
  }));
  const metric = { name: 'queue.length', unit: '{order}', gauge: { dataPoints } };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric] }] }] };
};

const MAKE = { traces, logs, metrics };

interface Load {
  readonly name: string;
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly isGzip: boolean;
  readonly hasFile: boolean;
}

const LOADS: readonly Load[] = [
  { name: 'spans', signal: 'traces', encoding: 'protobuf', isGzip: false, hasFile: false },
  { name: 'spans, gzip', signal: 'traces', encoding: 'protobuf', isGzip: true, hasFile: false },
  { name: 'spans, JSON', signal: 'traces', encoding: 'json', isGzip: false, hasFile: false },
  { name: 'spans, with a file', signal: 'traces', encoding: 'protobuf', isGzip: false, hasFile: true },
  { name: 'records of logs', signal: 'logs', encoding: 'protobuf', isGzip: false, hasFile: false },
  { name: 'points of metrics', signal: 'metrics', encoding: 'protobuf', isGzip: false, hasFile: false },
];

/** User and system time of a process, in seconds: clock ticks are hundredths on Linux. */
const cpuSecondsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const measure = async ({
  signal,
  encoding,
  isGzip,
  hasFile,
}: Load): Promise<{ perCore: number; bytes: number }> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-telemetry-'));
  const [http, grpc, admin] = [await freePort(), await freePort(), await freePort()];
  const options: TelemetryProgramOptions = {
    ...{ http: `127.0.0.1:${http}`, grpc: `127.0.0.1:${grpc}`, admin: `127.0.0.1:${admin}` },
    keep: { traces: 10_000, logs: 10_000, metrics: 50_000 },
    ...{ sampling: 1, forward: null, file: hasFile ? join(folder, 'otlp.jsonl') : null },
  };
  writeFileSync(join(folder, 'options'), JSON.stringify(options));
  const child = spawn(process.execPath, [PROGRAM, join(folder, 'options')], { stdio: 'inherit' });
  try {
    while (!(await fetch(`http://127.0.0.1:${admin}/ready`).catch(() => null))?.ok);
    const body = (): Promise<Buffer> => encode(signal, MAKE[signal]() as never, encoding);
    const bodies = await Promise.all(Array.from({ length: BODIES }, body));
    const load = { path: `/v1/${signal}`, bodies: bodies.map((each) => (isGzip ? gzipSync(each) : each)) };
    const headers = {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    };
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    await flood(http, agent, headers, load, 1);
    const before = cpuSecondsOf(child.pid ?? 0);
    const requests = await flood(http, agent, headers, load, SECONDS);
    const cpu = cpuSecondsOf(child.pid ?? 0) - before;
    agent.destroy();
    return { perCore: (requests * ITEMS) / cpu, bytes: (load.bodies[0]?.length ?? 0) / ITEMS };
  } finally {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
};

/** Sends for so many seconds, and returns how many requests were taken. */
const flood = async (
  port: number,
  agent: Agent,
  headers: Readonly<Record<string, string>>,
  { path, bodies }: { readonly path: string; readonly bodies: readonly Buffer[] },
  seconds: number,
): Promise<number> => {
  const end = performance.now() + seconds * 1_000;
  let requests = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      await post({ port, path, agent, headers }, bodies[requests % bodies.length] ?? Buffer.alloc(0));
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return requests;
};

const post = (
  to: {
    readonly port: number;
    readonly path: string;
    readonly agent: Agent;
    readonly headers: Readonly<Record<string, string>>;
  },
  body: Buffer,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', method: 'POST', ...to }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the answer was ${response.statusCode}`));
      });
    });
    asked.once('error', reject).end(body);
  });

const figures: Figure[] = [];
for (const load of LOADS) {
  const { perCore, bytes } = await measure(load);
  figures.push({
    name: `${load.name} (${Math.round(bytes)} bytes each)`,
    value: Math.round(perCore).toLocaleString('en'),
    target: load.signal === 'traces' ? `≥ ${TARGET.toLocaleString('en')}` : '-',
  });
}
printTable(figureTable(figures), process.argv.includes('--markdown'));
