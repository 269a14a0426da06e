import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { showNewSeries } from '../support/victoria-metrics.ts';

const METRICS = `require('node:http').createServer((request, response) => response.end('requests_total 1\\n'))
  .listen(process.env.PORT, '127.0.0.1')`;

/** Whose answers are the same with every engine. */
const QUERIES = [
  'requests_total',
  'requests_total{job=~"a.*|x"} * 2 > 1',
  'sum by (job) (requests_total)',
  'requests_total and on (job) up == 1',
  'requests_total unless on (job) up{job="api"}',
  'up{job="api"} or requests_total',
  'sum(max_over_time(requests_total[1m]))',
];

const RULES = [
  { record: 'job:requests:sum', expr: 'sum by (job) (requests_total)', labels: { of: 'sum' } },
  {
    ...{ alert: 'Asked', expr: 'requests_total > 0', labels: { severity: 'info' } },
    annotations: { summary: '{{ $labels.job }} has {{ $value }}' },
  },
];

const RULED = ['job:requests:sum', 'ALERTS', 'count(ALERTS_FOR_STATE)'];

/** Series in the answer to a query, in an order of their own, and their values. */
const ask = async (url: string, query: string): Promise<readonly string[]> => {
  await showNewSeries(url);
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as {
    data: {
      result: readonly { metric: Readonly<Record<string, string>>; value: readonly [number, string] }[];
    };
  };
  return data.result
    .map(({ metric, value }) => `${JSON.stringify(Object.entries(metric).sort())} ${value[1]}`)
    .toSorted();
};

for (const engine of ['prometheus', 'victoria-metrics'])
  test.runIf(isInstalled(engine))(
    `${engine} scrapes the pod in place of the embedded program, and a reload changes what it scrapes`,
    async () => {
      const server = { command: [process.execPath, '-e', METRICS], ports: { metrics: 'auto' } };
      const rules = engine === 'prometheus' ? { rules: RULES } : {};
      const config = (names: readonly string[]) => (steered: (name: string) => object) => ({
        sidecars: {
          ...Object.fromEntries(names.map((name) => [name, server])),
          own: {
            use: 'prometheus',
            provides: { env: { PROMETHEUS_URL: null } },
            with: { scrapeInterval: '500ms', ...rules },
          },
          prom: { use: 'prometheus', engine, with: { scrapeInterval: '500ms', volume: 'kept', ...rules } },
        },
        volumes: { kept: {} },
        primary: steered('app'),
      });
      await using rig = await PodRig.open(config(['api']));
      const run = rig.up();
      await rig.child('app');
      const portsOf = async (name: string) =>
        (await run.state(name, 'ready')) as unknown as {
          pid: number;
          ports: Record<'http' | 'admin', number>;
        };
      const [own, { pid, ports }] = [await portsOf('own'), await portsOf('prom')];
      const [ours, theirs] = [own.ports.http, ports.http].map((port) => `http://127.0.0.1:${port}`);
      const query = (text: string) => ask(theirs ?? '', text);
      await eventually('all to be up', async () => (await query('up == 1')).length === 3);
      const queries = [...QUERIES, ...(engine === 'prometheus' ? RULED : [])];
      const differing = async (): Promise<readonly string[]> => {
        const both = queries.map(
          async (text) => [await ask(ours ?? '', text), await query(text), text] as const,
        );
        return (await Promise.all(both)).flatMap(([one, other, text]) =>
          one.length > 0 === (text !== QUERIES[4]) && one.join() === other.join() ? [] : [text],
        );
      };
      await expect.poll(differing).toEqual([]);
      if (engine === 'prometheus')
        expect(await run.event('the alert', ({ kind }) => kind === 'alert')).toMatchObject({
          ...{ name: 'api', alert: 'Asked', alertState: 'firing', labels: { job: 'api', severity: 'info' } },
          message: expect.stringMatching(/^api: the alert Asked of own fires \{.*\}: api has 1$/),
        });
      await rig.configure(config(['api', 'more']));
      const { stdout } = await runToEnd(['reload'], rig.project.folder);
      expect(stdout).toContain('prom is updated without a restart');
      await eventually('the new one', async () => (await query('requests_total')).join().includes('more'));
      const admin = `http://127.0.0.1:${ports.admin}`;
      expect(await (await fetch(`${admin}/metrics`)).text()).toMatch(/^process_resident_memory_bytes \d/m);
      const stats = (await (await fetch(`${admin}/stats`)).json()) as {
        targets: { labels: { job: string } }[];
      };
      expect(stats.targets.map(({ labels }) => labels.job).toSorted()).toEqual([
        'api',
        'more',
        'own',
        'prom',
      ]);
      const { processes } = JSON.parse((await runToEnd(['status', '--json'], rig.project.folder)).stdout);
      expect(processes.find(({ name }: { readonly name: string }) => name === 'prom').pid).toBe(pid);
      await stop(run);
    },
  );

test('a missing engine is said before anything starts, with its package', async () => {
  const config = () => ({
    sidecars: { prom: { use: 'prometheus', engine: 'victoria-metrics', env: { PATH: '/nowhere' } } },
    primary: { command: 'true' },
  });
  await using rig = await PodRig.open(config);
  const { stderr, code } = await runToEnd(['up'], rig.project.folder, { PATH: '/nowhere' });
  expect(stderr).toContain(
    'victoria-metrics is not found; install it (on Debian: apt install victoria-metrics)',
  );
  expect(code).toBe(1);
});
