// What the telemetry sidecar takes in on one core: `npm run bench:telemetry`; BENCH_SECONDS=3.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Encoding, encode } from '../../src/programs/otlp/codec.ts';
import type { KeyValue, TracesRequest } from '../../src/programs/otlp/messages.ts';
import type { TelemetryProgramOptions } from '../../src/programs/telemetry/options.ts';
import { freePort } from '../support/free-port.ts';
import type { Figure } from './measure.ts';
import { figureTable, printTable } from './tables.ts';

const PROGRAM = new URL('../../dist/programs/telemetry.js', import.meta.url).pathname;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const SPANS = 512;
const CLIENTS = 4;
const TARGET = 50_000;

const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

/** Traces of eight spans, each with the attributes that instrumentation of HTTP gives them. */
const batch = (): TracesRequest => {
  const traceIds = Array.from({ length: SPANS / 8 }, () => randomBytes(16).toString('hex'));
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId: traceIds[Math.floor(index / 8)] ?? '',
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'GET /orders/:id',
    kind: 2,
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now()}900000`,
    attributes: [
      ...[text('http.request.method', 'GET'), text('url.path', `/orders/${index}`)],
      ...[text('server.address', 'localhost'), text('user_agent.original', 'curl/7.88.1')],
      ...[text('network.protocol.version', '1.1'), text('http.route', '/orders/:id')],
      { key: 'http.response.status_code', value: { intValue: '200' } },
      { key: 'server.port', value: { intValue: '8080' } },
    ],
    status: { code: 1 },
  }));
  const resource = { attributes: [text('service.name', 'web')] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'http' }, spans }] }] };
};

interface Load {
  readonly name: string;
  readonly encoding: Encoding;
  readonly isGzip: boolean;
  readonly hasFile: boolean;
}

const LOADS: readonly Load[] = [
  { name: 'protobuf', encoding: 'protobuf', isGzip: false, hasFile: false },
  { name: 'protobuf, gzip', encoding: 'protobuf', isGzip: true, hasFile: false },
  { name: 'JSON', encoding: 'json', isGzip: false, hasFile: false },
  { name: 'protobuf, with a file', encoding: 'protobuf', isGzip: false, hasFile: true },
];

/** User and system time of a process, in seconds: clock ticks are hundredths on Linux. */
const cpuSecondsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const measure = async ({ encoding, isGzip, hasFile }: Load): Promise<{ perCore: number; bytes: number }> => {
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
    const bodies = await Promise.all(Array.from({ length: 20 }, () => encode('traces', batch(), encoding)));
    const sent = bodies.map((body) => (isGzip ? gzipSync(body) : body));
    const headers = {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    };
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    await flood(http, agent, headers, sent, 1);
    const before = cpuSecondsOf(child.pid ?? 0);
    const requests = await flood(http, agent, headers, sent, SECONDS);
    const cpu = cpuSecondsOf(child.pid ?? 0) - before;
    agent.destroy();
    return { perCore: (requests * SPANS) / cpu, bytes: (sent[0]?.length ?? 0) / SPANS };
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
  bodies: readonly Buffer[],
  seconds: number,
): Promise<number> => {
  const end = performance.now() + seconds * 1_000;
  let requests = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      await post(port, agent, headers, bodies[requests % bodies.length] ?? Buffer.alloc(0));
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return requests;
};

const post = (
  port: number,
  agent: Agent,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', agent, headers };
    const asked = request(options, (response) => {
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
    name: `spans a second of CPU, ${load.name} (${Math.round(bytes)} bytes each)`,
    value: Math.round(perCore).toLocaleString('en'),
    target: `≥ ${TARGET.toLocaleString('en')}`,
  });
}
printTable(figureTable(figures), process.argv.includes('--markdown'));
