import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const METRICS = `require('node:http').createServer((request, response) => response.end('requests_total 1\\n'))
  .listen(process.env.PORT, '127.0.0.1')`;

test('prometheus scrapes the pod, tells its address, and a reload changes what it scrapes', async () => {
  const server = { command: [process.execPath, '-e', METRICS], ports: { metrics: 'auto' } };
  const config = (names: readonly string[]) => (steered: (name: string) => object) => ({
    sidecars: {
      ...Object.fromEntries(names.map((name) => [name, server])),
      slow: { use: 'faults', with: { to: 'api', for: ['primary'] } },
      prom: { use: 'prometheus', with: { scrapeInterval: '300ms' } },
    },
    primary: steered('app'),
  });
  await using rig = await PodRig.open(config(['api']));
  const run = rig.up();
  const { env } = await rig.child('app');
  const { pid } = await run.state('prom', 'ready');
  const query = async (text: string): Promise<string> => {
    const url = `${env['PROMETHEUS_URL']}/api/v1/query?query=${encodeURIComponent(text)}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: readonly { metric: { job: string } }[] };
    };
    return data.result
      .map(({ metric }) => metric.job)
      .sort()
      .join();
  };
  await eventually('all to be up', async () => (await query('up == 1')) === 'api,prom,slow');
  expect(await query('requests_total')).toBe('api');
  expect(await query('sidecar_downstream_cx_total')).toBe('slow');
  const ask = (...args: readonly string[]) => runToEnd(['metrics', ...args], rig.project.folder);
  const up = await ask('--query', 'up{job="api"}');
  expect(up).toMatchObject({ code: 0, stderr: '' });
  expect(up.stdout).toMatch(/^VALUE +SERIES\n1 +up\{instance="127\.0\.0\.1:\d+", job="api"\}\n$/);
  const json = JSON.parse((await ask('--query', 'count(up)', '--json')).stdout);
  expect(json).toEqual({ query: 'count(up)', series: [{ labels: {}, points: [[expect.any(Number), 3]] }] });
  const wrong = await ask('--query', 'sum(');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('prom: the query cannot be read at its end');
  await eventually('figures of the sidecar itself', async () =>
    /^PROCESS +CPU +MEMORY +DESCRIPTORS\n(.*\n)*prom +\S+% +\S+ MiB +\d+\n/.test((await ask()).stdout),
  );
  expect((await ask('prom', '--range', '1m')).stdout).toMatch(
    /^METRIC +NOW +MOST +OVER TIME\ncpu .*%.*[▁-█]\n/,
  );
  expect(await ask('pram')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean prom?'),
  });
  await rig.configure(config(['api', 'more']));
  const { stdout } = await runToEnd(['reload'], rig.project.folder);
  expect(stdout).toContain('prom is updated without a restart: file options replaced, SIGHUP sent\n');
  await eventually('the new one', async () => (await query('requests_total')) === 'api,more');
  await runToEnd(['stop', 'more'], rig.project.folder);
  await eventually('it to be down', async () => (await query('up == 0')) === 'more');
  await eventually('its status', async () => {
    const { processes } = JSON.parse((await runToEnd(['status', '--json'], rig.project.folder)).stdout);
    const prom = processes.find(({ name }: { readonly name: string }) => name === 'prom');
    return prom.pid === pid && prom.statusText === 'the target more is down';
  });
  await stop(run);
});

test('metrics shows what a monitor and an ambassador tell of a process', async () => {
  const config = (steered: (name: string) => object) => ({
    sidecars: {
      api: {
        command: [process.execPath, '-e', METRICS],
        ports: { http: 'auto' },
        env: { PORT: '${ports.api.http}' },
      },
      edge: { use: 'ambassador', with: { to: 'api' } },
      watch: { use: 'monitor' },
      prom: { use: 'prometheus', with: { scrapeInterval: '500ms' } },
    },
    primary: steered('app'),
  });
  await using rig = await PodRig.open(config);
  const run = rig.up();
  const { env } = await rig.child('app');
  await run.state('prom', 'ready');
  const shown = async (): Promise<string> => {
    await (await fetch(`${env['EDGE_URL']}/`)).text();
    const { stdout } = await runToEnd(['metrics', 'api', '--json'], rig.project.folder);
    const [first] = (JSON.parse(stdout) as { processes: [{ metrics: { name: string }[] }] }).processes;
    return first.metrics.map(({ name }) => name).join();
  };
  await eventually(
    'all figures',
    async () => (await shown()) === 'cpu,memory,descriptors,restarts,requests,p50,p95',
  );
  await stop(run);
});
