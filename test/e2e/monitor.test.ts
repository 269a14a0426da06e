import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type Family, readFamilies } from '../../src/programs/exposition/read-families.ts';
import { eventually } from '../support/deadline.ts';
import { freePort } from '../support/free-port.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { scrapeWithPrometheus } from '../support/prometheus.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** Works at SIGUSR2: burns a processor, fills memory, opens files, writes to storage, and says so. Then it rests. */
const WORKS = `
const { openSync, writeSync, fsyncSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
spawn('sleep', ['600'], { stdio: 'ignore' });
let kept;
process.once('SIGUSR2', () => {
  for (const end = Date.now() + 700; Date.now() < end;);
  kept = Buffer.alloc(40e6, 1);
  for (let i = 0; i < 20; i++) openSync('/dev/null');
  const file = openSync('written', 'w');
  writeSync(file, Buffer.alloc(4e6, 1));
  fsyncSync(file);
  writeFileSync('worked', 'x');
});
setInterval(() => kept, 1e6);`;

/** A value by the family and some of the labels of its series. */
type Scraped = (name: string, labels?: Readonly<Record<string, string>>) => number | null;

const scrape = async (port: number): Promise<Scraped> => {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const { families, mistakes } = readFamilies(Buffer.from(await response.arrayBuffer()), 'text');
  expect(mistakes).toBe(0);
  return (name, labels = {}) => valueIn(families, name, labels);
};

const valueIn = (families: readonly Family[], name: string, labels: Readonly<Record<string, string>>) => {
  const samples = families.flatMap((family) => family.samples.filter((sample) => sample.name === name));
  const fits = samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels.get(label) === value),
  );
  return fits.length === 0 ? null : fits.reduce((sum, { value }) => sum + value, 0);
};

const isClose = (one: number | null, other: number | null): boolean =>
  one !== null && other !== null && Math.abs(one - other) <= 0.05 * Math.max(Math.abs(one), Math.abs(other));

/** Debian's process-exporter, which knows the process by a word of its command line. */
const runProcessExporter = async (folder: string): Promise<number> => {
  const port = await freePort();
  writeFileSync(`${folder}/exporter.yml`, "process_names: [{ name: web, cmdline: ['monitored-web'] }]");
  const args = [`-config.path=${folder}/exporter.yml`, `-web.listen-address=127.0.0.1:${port}`];
  const exporter = spawn('prometheus-process-exporter', args, { stdio: 'ignore' });
  const exit = once(exporter, 'exit');
  onTestFinished(async () => {
    exporter.kill('SIGKILL');
    await exit;
  });
  await eventually('the exporter', () =>
    fetch(`http://127.0.0.1:${port}/metrics`).then(
      () => true,
      () => false,
    ),
  );
  return port;
};

const COUNTERS: ReadonlyArray<readonly [string, Record<string, string>]> = [
  ['cpu_seconds_total', { mode: 'user' }],
  ['cpu_seconds_total', {}],
  ['write_bytes_total', {}],
  ['minor_page_faults_total', {}],
];

const GAUGES: ReadonlyArray<readonly [string, Record<string, string>]> = [
  ['memory_bytes', { memtype: 'resident' }],
  ['memory_bytes', { memtype: 'virtual' }],
  ['open_filedesc', {}],
  ['num_threads', {}],
  ['num_procs', {}],
  ['oldest_start_time_seconds', {}],
];

test.runIf(isInstalled('prometheus-process-exporter') && isInstalled('prometheus'))(
  'a monitor tells what /proc and process-exporter tell, Prometheus scrapes it, and nothing is left of what has gone',
  async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        watch: { use: 'monitor', with: { interval: '250ms', names: ['otel', 'process-exporter'] } },
        web: { command: [process.execPath, '-e', WORKS, 'monitored-web'] },
      },
      primary: steered('app'),
    }));
    const run = rig.up();
    const { ports } = await run.state('watch', 'ready');
    const { pid } = await run.state('web', 'ready');
    await run.state('primary', 'ready');
    const port = (ports as { readonly metrics: number }).metrics;
    const exporterPort = await runProcessExporter(rig.project.folder);
    const ask = await scrapeWithPrometheus(port);
    const both = async () => [await scrape(port), await scrape(exporterPort)] as const;
    const PREFIX = 'namedprocess_namegroup_';
    const read = (from: Scraped, [name, labels]: (typeof COUNTERS)[number]) =>
      from(`${PREFIX}${name}`, { groupname: 'web', ...labels });
    // Its start is over once both see the child of the process.
    await eventually('both to see the whole tree', async () =>
      (await both()).every((from) => read(from, ['num_procs', {}]) === 2),
    );
    const before = await both();
    process.kill(Number(pid), 'SIGUSR2');
    await rig.fileText('worked');
    await eventually('all gauges to be close', async () => {
      const [ours, theirs] = await both();
      return GAUGES.every((gauge) => isClose(read(ours, gauge), read(theirs, gauge)));
    });
    await eventually('all counters to have grown by the same', async () => {
      const [ours, theirs] = await both();
      const grown = (now: Scraped, past: Scraped, counter: (typeof COUNTERS)[number]) =>
        (read(now, counter) ?? 0) - (read(past, counter) ?? 0);
      return COUNTERS.every((counter) =>
        isClose(grown(ours, before[0], counter), grown(theirs, before[1], counter)),
      );
    });
    const proc = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const ticks = proc('stat').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
    const ours = await scrape(port);
    const seconds = ours('process_cpu_seconds_total', { process: 'web' });
    expect(isClose(seconds, ticks.reduce((sum, each) => sum + each, 0) / 100)).toBe(true);
    expect(ours('process_cpu_seconds_total', { process: 'watch' })).toBeGreaterThan(0);
    expect(ours('sidecarctl_process_ready', { process: 'web' })).toBe(1);
    await eventually(
      'the results of probes',
      async () =>
        (await scrape(port))('sidecarctl_probe_success', { process: 'watch', probe: 'readiness' }) === 1,
    );
    await eventually('a scrape', async () =>
      (await ask('process_open_fds{process="web"}')).includes('"process":"web"'),
    );
    await runToEnd(['stop', 'web'], rig.project.folder);
    await eventually('no figures of what has gone', async () => {
      const now = await scrape(port);
      return (
        now('process_open_fds', { process: 'web' }) === null &&
        now('process_open_fds', { process: 'primary' }) !== null &&
        now('sidecarctl_process_state', { process: 'web', state: 'stopped' }) === 1
      );
    });
    await stop(run);
  },
);

const GROWS = `let kept = Buffer.alloc(70e6, 1); setInterval(() => kept, 1e6)`;

test('a process above its limit is restarted, and everybody is told why', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      watch: {
        use: 'monitor',
        with: { interval: '250ms', limits: { web: { memory: '64MiB', for: '300ms', action: 'restart' } } },
      },
      web: { command: [process.execPath, '-e', GROWS] },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const notice = await run.event('the notice', ({ kind }) => kind === 'above-limit');
  expect(notice).toMatchObject({
    ...{ name: 'web', resource: 'memory', limit: 64 * 1024 ** 2, action: 'restart' },
    message: expect.stringMatching(
      /^web uses \d+ MiB of memory, above its limit of 64 MiB for [\d.]+m?s: watch restarts it$/,
    ),
  });
  await run.event('a restart', (event) => event['name'] === 'web' && event['restarts'] === 1);
  await stop(run);
});
