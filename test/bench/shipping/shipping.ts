import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LogShipperOptions } from '../../../src/programs/log-shipper/options.ts';
import type { OutputOptions } from '../../../src/programs/log-shipper/outputs/options.ts';
import { NODE_FLAGS } from '../../../src/sidecars/log-shipper/preset.ts';
import { sleep } from '../../../src/time/timers.ts';

const fileHere = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const PROGRAM = fileHere('../../../dist/programs/log-shipper.js');

/** Milliseconds of a clock tick of `/proc/<pid>/stat`. */
const TICK = 10;

const MiB = 1024 * 1024;

export interface Shipped {
  readonly linesPerSecond: number;
  /** Microseconds on the processor, of all threads. */
  readonly perLine: number;
  /** MiB, the most that was seen. */
  readonly memory: number;
}

/** What ships, and where from and to. */
interface Ground {
  readonly folder: string;
  readonly port: number;
}

type Start = (ground: Ground) => ChildProcess;

const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
};

const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;

const plain = (at: number): string =>
  `2026-11-30T06:00:00Z INFO request handled path=/api/orders/${at} status=200 duration=12ms user=42 trace=abcdef0123456789`;

const combined = (at: number): string =>
  `127.0.0.1 - - [30/Nov/2026:06:00:00 +0000] "GET /api/orders/${at}?page=2 HTTP/1.1" 200 ${at} "http://shop.test/" "Mozilla/5.0 (X11; Linux x86_64)"`;

/** As pino writes it. */
const json = (at: number): string =>
  `{"level":30,"time":${1_700_000_000_000 + at},"pid":12,"hostname":"web","req":{"id":${at},"method":"GET","url":"/api/orders"},"msg":"request completed"}`;

export const LINES = { plain, combined, json } as const;

export const shipper =
  (kind: 'http' | 'elasticsearch', parse: 'none' | 'combined' | 'json'): Start =>
  ({ folder, port }) => {
    const target = { name: 'out', headers: {}, gzip: false, tls: null, timeout: 10_000 };
    const url = `http://127.0.0.1:${port}${kind === 'http' ? '/' : '/_bulk'}`;
    const output = { kind, ...target, url, ...(kind === 'http' ? {} : { index: 'logs-bench-default' }) };
    return spawnShipper(folder, { parse: parse, output: output as OutputOptions });
  };

const spawnShipper = (
  folder: string,
  { parse, output }: { readonly parse: 'none' | 'combined' | 'json'; readonly output: OutputOptions },
): ChildProcess => {
  const options: LogShipperOptions = {
    ...{ name: 'shipper', admin: '127.0.0.1:0', readFrom: 'beginning', rotateWait: 5_000 },
    from: { kind: 'files', folder: join(folder, 'logs'), include: ['**/*.log'], exclude: [] },
    reading: { maxLineBytes: MiB, multiline: null, parse: { kind: parse }, redact: [] },
    ...{ fields: { 'service.name': 'web' }, outputs: [output] },
    batch: { maxBytes: MiB, maxEvents: 10_000, timeout: 1_000 },
    retry: { initialBackoff: 500, maxBackoff: 30_000 },
    ...{ positions: join(folder, 'positions'), deadLetter: null, drain: 5_000 },
  };
  const file = join(folder, 'options');
  writeFileSync(file, JSON.stringify(options));
  return spawn(process.execPath, [...NODE_FLAGS, PROGRAM, file], { stdio: 'ignore' });
};

/** rsyslog with its own way to Elasticsearch, in batches as large. */
export const rsyslog: Start = ({ folder, port }) => {
  const config = join(folder, 'rsyslog.conf');
  mkdirSync(join(folder, 'work'));
  writeFileSync(
    config,
    `global(workDirectory="${folder}/work")
main_queue(queue.size="100000" queue.dequeueBatchSize="10000")
module(load="imfile")
module(load="omelasticsearch")
input(type="imfile" file="${folder}/logs/a.log" tag="a" ruleset="out" addMetadata="off")
template(name="line" type="list") {
  constant(value="{\\"@timestamp\\":\\"")
  property(name="timereported" dateFormat="rfc3339")
  constant(value="\\",")
  property(outname="message" name="msg" format="jsonf")
  constant(value="}")
}
ruleset(name="out") {
  action(type="omelasticsearch" server="127.0.0.1" serverport="${port}" template="line" bulkmode="on"
    searchIndex="logs-bench-default" searchType="" maxbytes="1m"
    queue.type="linkedList" queue.size="100000" queue.dequeueBatchSize="10000" action.resumeRetryCount="-1")
}
`,
  );
  return spawn('rsyslogd', ['-n', '-f', config, '-i', join(folder, 'pid')], { stdio: 'ignore' });
};

/** Ships that many lines of a file, and measures until the last one has arrived. */
export const ship = async (start: Start, line: (at: number) => string, count: number): Promise<Shipped> => {
  const folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  const receiver = spawn(process.execPath, [fileHere('receiver.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const outputs = createInterface({ input: receiver.stdout });
  let [received, port] = [0, 0];
  outputs.on('line', (text) => {
    if (text.startsWith('port ')) port = Number(text.slice(5));
    else received = Number(text);
  });
  try {
    mkdirSync(join(folder, 'logs'));
    writeFileSync(
      join(folder, 'logs/a.log'),
      Array.from({ length: count }, (_, at) => `${line(at)}\n`).join(''),
    );
    while (port === 0) await sleep(10);
    return await measure(start({ folder, port }), () => received, count);
  } finally {
    receiver.kill();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** From the first batch to the last, so that no start is in it. */
const measure = async (child: ChildProcess, received: () => number, count: number): Promise<Shipped> => {
  const pid = child.pid ?? 0;
  let memory = 0;
  while (received() === 0) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} has ended with ${child.exitCode}`);
    await sleep(2);
  }
  const [first, from, cpu] = [received(), performance.now(), cpuOf(pid)];
  while (received() < count) {
    memory = Math.max(memory, memoryOf(pid));
    await sleep(20);
  }
  const [time, used] = [performance.now() - from, cpuOf(pid) - cpu];
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  const lines = count - first;
  return { linesPerSecond: (lines / time) * 1000, perLine: (used * 1000) / lines, memory };
};

/** Memory and share of a core with so many files that nobody writes to. */
export const idle = async (
  files: number,
  seconds: number,
): Promise<{ readonly memory: number; readonly share: number }> => {
  const folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  mkdirSync(join(folder, 'logs'));
  for (let at = 0; at < files; at += 1) writeFileSync(join(folder, `logs/${at}.log`), 'a line\n');
  const output: OutputOptions = {
    kind: 'file',
    name: 'out',
    path: join(folder, 'out'),
    size: 64 * MiB,
    keep: 1,
  };
  const child = spawnShipper(folder, { parse: 'none', output });
  const pid = child.pid ?? 0;
  try {
    // Looks become rare within that time.
    await sleep(25_000);
    const cpu = cpuOf(pid);
    await sleep(seconds * 1000);
    return { memory: memoryOf(pid), share: (cpuOf(pid) - cpu) / (seconds * 1000) };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Memory of a Node that does nothing: what any program of Node's has. */
export const bareNode = async (): Promise<number> => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e9); process.send(0)'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  await sleep(1_000);
  const memory = memoryOf(child.pid ?? 0);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return memory;
};
