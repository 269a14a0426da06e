import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import type { MetricsRequest } from '../../../src/programs/otlp/messages.ts';
import { serveOtlpHttp } from '../../../src/programs/otlp/receive-http.ts';
import { reading } from '../../../src/programs/otlp/receiver.ts';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { runMonitor, usageOf } from './running-monitor.ts';

const ALL = { names: ['otel', 'process-exporter', 'kubernetes'] };

test('the monitor is ready once it has measured', async () => {
  const { pod, page } = await runMonitor();
  expect((await page('/ready')).status).toBe(503);
  pod.measure({ web: usageOf() });
  await eventually('readiness', async () => (await page('/ready')).ok);
  expect(await (await page('/stats')).json()).toMatchObject({
    processes: { web: { state: 'ready', usage: { processes: 2 } } },
    above: [],
  });
  expect(await (await page('/metrics')).text()).toContain('process_resident_memory_bytes ');
});

test('every figure has a series in the names that were chosen', async () => {
  const { pod, page, scrape } = await runMonitor(ALL);
  pod.measure({ web: usageOf() });
  await eventually('readiness', async () => (await page('/ready')).ok);
  pod.send('{"type":"probe","seq":8,"name":"web","probe":"readiness","ok":true}\n');
  await eventually('the probe', async () => (await scrape()).includes('sidecarctl_probe_success'));
  const text = await scrape();
  const lines = new Set(text.split('\n'));
  const web = '{pod="shop",process="web"';
  const group = '{pod="shop",groupname="web"';
  const container = '{pod="shop",container="web"}';
  const own = '{pod="shop",process="web",role="primary"';
  for (const line of [
    `process_cpu_seconds_total${web},cpu_mode="user"} 12.5`,
    `process_cpu_seconds_total${web},cpu_mode="system"} 3.25`,
    `process_resident_memory_bytes${web}} 100000000`,
    `process_proportional_memory_bytes${web}} 80000000`,
    `process_virtual_memory_bytes${web}} 900000000`,
    `process_open_fds${web}} 30`,
    `process_max_fds${web}} 1024`,
    `process_threads${web}} 11`,
    `process_disk_io_bytes_total${web},disk_io_direction="read"} 4096`,
    `process_disk_io_bytes_total${web},disk_io_direction="write"} 8192`,
    `process_context_switches_total${web},process_context_switch_type="voluntary"} 100`,
    `process_context_switches_total${web},process_context_switch_type="involuntary"} 7`,
    `process_paging_faults_total${web},process_paging_fault_type="minor"} 5000`,
    `process_paging_faults_total${web},process_paging_fault_type="major"} 3`,
    `process_start_time_seconds${web}} 1700000000.5`,
    `namedprocess_namegroup_cpu_seconds_total${group},mode="user"} 12.5`,
    `namedprocess_namegroup_read_bytes_total${group}} 4096`,
    `namedprocess_namegroup_write_bytes_total${group}} 8192`,
    `namedprocess_namegroup_major_page_faults_total${group}} 3`,
    `namedprocess_namegroup_minor_page_faults_total${group}} 5000`,
    `namedprocess_namegroup_context_switches_total${group},ctxswitchtype="nonvoluntary"} 7`,
    `namedprocess_namegroup_memory_bytes${group},memtype="resident"} 100000000`,
    `namedprocess_namegroup_memory_bytes${group},memtype="virtual"} 900000000`,
    `namedprocess_namegroup_memory_bytes${group},memtype="swapped"} 4096`,
    `namedprocess_namegroup_memory_bytes${group},memtype="proportionalResident"} 80000000`,
    `namedprocess_namegroup_num_procs${group}} 2`,
    `namedprocess_namegroup_num_threads${group}} 11`,
    `namedprocess_namegroup_open_filedesc${group}} 30`,
    `namedprocess_namegroup_worst_fd_ratio${group}} 0.02`,
    `namedprocess_namegroup_oldest_start_time_seconds${group}} 1700000000.5`,
    `namedprocess_namegroup_states${group},state="Running"} 1`,
    `namedprocess_namegroup_states${group},state="Sleeping"} 1`,
    `container_cpu_usage_seconds_total${container} 15.75`,
    `container_memory_working_set_bytes${container} 100000000`,
    `container_processes${container} 2`,
    `container_threads${container} 11`,
    `container_file_descriptors${container} 30`,
    `container_start_time_seconds${container} 1700000000.5`,
    `kube_pod_container_state_started${container} 1700000000.5`,
    `kube_pod_container_status_restarts_total${container} 0`,
    `kube_pod_container_status_ready${container} 1`,
    `kube_pod_container_status_running${container} 1`,
    `kube_pod_container_status_waiting${container} 0`,
    `kube_pod_container_status_terminated${container} 0`,
    `sidecarctl_process_ready${own}} 1`,
    `sidecarctl_process_restarts_total${own}} 0`,
    `sidecarctl_process_state${own},state="ready"} 1`,
    `sidecarctl_process_state${own},state="failed"} 0`,
    `sidecarctl_process_tree_size${own}} 2`,
    `sidecarctl_process_cpu_cores${own}} 0.25`,
    `sidecarctl_probe_success${own},probe="readiness"} 1`,
  ])
    expect(lines).toContain(line);
  if (isInstalled('promtool')) expect(complaintsOfPromtool(text)).toEqual([]);
});

/** All but those about names that are not ours to choose. */
const complaintsOfPromtool = (text: string): readonly string[] => {
  const { stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return stderr.split('\n').filter((line) => line !== '' && !/^(?:container|kube_pod_container)_/.test(line));
};

test('what is not chosen has no series, and a reload chooses others', async () => {
  const { pod, page, scrape, reload } = await runMonitor({ names: ['kubernetes'], probes: false });
  pod.measure({ web: usageOf() });
  pod.send('{"type":"probe","seq":8,"name":"web","probe":"readiness","ok":true}\n');
  await eventually('readiness', async () => (await page('/ready')).ok);
  expect(await scrape()).toContain('container_threads');
  expect(await scrape()).not.toMatch(/probe_success|process_open_fds|namedprocess/);
  reload({ names: ['process-exporter'], processes: ['db'], interval: 5_000 });
  await eventually('none of web', async () => !(await scrape()).includes('web'));
  await eventually('samples less often', () => pod.paths.at(-1) === '/v1/usage?details=1&period=5000');
  reload({ names: ['process-exporter'], interval: 5_000 });
  await eventually('web again', async () => (await scrape()).includes('sidecarctl_process_ready'));
  await eventually('a listener', () => pod.meters === 1);
  pod.measure({ web: usageOf() });
  await eventually('other names', async () => (await scrape()).includes('namedprocess_namegroup_num_procs'));
  expect(await (await page('/config_dump')).json()).toMatchObject({ interval: 5_000 });
});

test('a process that is down has no figures, and one that has left the pod has no series', async () => {
  const { pod, page, scrape } = await runMonitor();
  pod.measure({ web: usageOf() });
  await eventually('readiness', async () => (await page('/ready')).ok);
  pod.send('{"type":"process","seq":8,"name":"web","state":"stopped"}\n');
  await eventually('no figures', async () => !(await scrape()).includes('process_open_fds'));
  expect(await scrape()).toContain('state="stopped"} 1');
  pod.names = ['db'];
  pod.send('{"type":"reload","seq":9}\n');
  await eventually('no series', async () => !(await scrape()).includes('web'));
  pod.close();
  await eventually('nothing', async () => (await scrape()).trim() === '');
  await eventually('no readiness', async () => (await page('/ready')).status === 503);
});

const limit = { process: 'web', resource: 'memory', most: 512 * 1024 ** 2, for: 0 };

test('a process above its limit is told, restarted or stopped', async () => {
  const limits = [
    { ...limit, action: 'warn' },
    { ...limit, process: 'db', action: 'restart' },
    { ...limit, process: 'jobs', resource: 'cpu', most: 0.2, action: 'end' },
    { ...limit, process: 'calm', action: 'end' },
  ];
  const { pod, page } = await runMonitor({ limits }, ['web', 'db', 'jobs', 'calm']);
  const used = 600 * 1024 ** 2;
  pod.measure({ web: usageOf(used), db: usageOf(used), jobs: usageOf(), calm: usageOf() });
  await eventually('the requests', () => pod.requests.length === 5);
  const above = { type: 'above-limit', by: 'watch', resource: 'memory', used, limit: limit.most, lasted: 0 };
  const asked = pod.requests.map((text) => JSON.parse(text));
  const of = (name: string) => asked.filter(({ process }) => process === name);
  expect(of('web')).toEqual([{ ...above, process: 'web', action: 'warn' }]);
  expect(of('db')).toEqual([
    { ...above, process: 'db', action: 'restart' },
    { type: 'restart', process: 'db' },
  ]);
  expect(of('jobs')).toEqual([
    { ...above, process: 'jobs', resource: 'cpu', used: 0.25, limit: 0.2, action: 'end' },
    { type: 'stop', process: 'jobs' },
  ]);
  expect(await (await page('/stats')).json()).toMatchObject({ above: limits.slice(0, 3) });
  expect(await (await page('/metrics')).text()).toContain(
    'sidecar_limit_breaches_total{process="db",resource="memory",action="restart"} 1',
  );
});

test('a request that the pod does not take is said', async () => {
  const { pod, output } = await runMonitor({ limits: [{ ...limit, action: 'restart' }] });
  pod.outcome = { ok: false, message: 'cannot restart web: the pod stops' };
  pod.measure({ web: usageOf(600 * 1024 ** 2) });
  await eventually('the reason', () => output().includes('cannot restart web: the pod stops'));
});

test('every process is pushed as a resource, and the last figures at the end', async () => {
  const port = await freePort();
  const received: MetricsRequest[] = [];
  const receiver = await serveOtlpHttp(
    { host: '127.0.0.1', port },
    {
      take: reading(async (_, request) => {
        received.push(request as MetricsRequest);
        return { kind: 'taken', partial: null };
      }),
    },
  );
  onTestFinished(() => void receiver.close());
  const push = { endpoint: `http://127.0.0.1:${port}`, headers: { key: 'secret' }, interval: 250 };
  const { pod, page, child, exit } = await runMonitor({ push });
  pod.measure({ web: usageOf() });
  await eventually('figures', () => JSON.stringify(received).includes('process.cpu.time'));
  const [web] = received.at(-1)?.resourceMetrics ?? [];
  expect(web?.resource?.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'web' } });
  const metrics = web?.scopeMetrics[0]?.metrics ?? [];
  const of = (name: string) => metrics.find((metric) => metric.name === name);
  expect(of('process.cpu.time')?.sum).toMatchObject({
    isMonotonic: true,
    dataPoints: [{ startTimeUnixNano: '1700000000500000000', asDouble: 12.5 }, { asDouble: 3.25 }],
  });
  expect(of('process.memory.usage')?.sum?.dataPoints[0]?.asInt).toBe('100000000');
  expect(of('sidecarctl.process.ready')?.gauge?.dataPoints[0]?.asInt).toBe('1');
  expect(await (await page('/stats')).json()).toMatchObject({ push: { dropped: 0, error: null } });
  expect(await (await page('/config_dump')).text()).not.toContain('secret');
  const before = received.length;
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(received.length).toBeGreaterThan(before);
});

test('a pod without a control socket is not held up, and the monitor says that it sees nothing', async () => {
  const { page, output } = await runMonitor({}, ['web'], null);
  const isReady = () =>
    page('/ready').then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually('readiness', isReady);
  expect(output()).toContain(
    'cannot see the pod: there are no metrics of it (the pod has no control socket)',
  );
});

test('only metrics are served, and a signal ends the program', async () => {
  const { asked, child, exit } = await runMonitor();
  const statuses = [
    await asked('/'),
    await asked('/metrics', { method: 'POST' }),
    await asked('/metrics', { method: 'HEAD' }),
    await asked('/metrics', { headers: { origin: 'https://evil.example' } }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([404, 405, 200, 403]);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});
