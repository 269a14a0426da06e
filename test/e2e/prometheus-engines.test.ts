import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const METRICS = `require('node:http').createServer((request, response) => response.end('requests_total 1\\n'))
  .listen(process.env.PORT, '127.0.0.1')`;

for (const engine of ['prometheus', 'victoria-metrics'])
  test.runIf(isInstalled(engine))(
    `${engine} scrapes the pod in place of the embedded program, and a reload changes what it scrapes`,
    async () => {
      const server = { command: [process.execPath, '-e', METRICS], ports: { metrics: 'auto' } };
      const config = (names: readonly string[]) => (steered: (name: string) => object) => ({
        sidecars: {
          ...Object.fromEntries(names.map((name) => [name, server])),
          prom: { use: 'prometheus', engine, with: { scrapeInterval: '500ms', volume: 'kept' } },
        },
        volumes: { kept: {} },
        primary: steered('app'),
      });
      await using rig = await PodRig.open(config(['api']));
      const run = rig.up();
      const { env } = await rig.child('app');
      const { pid, ports } = await run.state('prom', 'ready');
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
      await eventually('all to be up', async () => (await query('up == 1')) === 'api,prom');
      await rig.configure(config(['api', 'more']));
      const { stdout } = await runToEnd(['reload'], rig.project.folder);
      expect(stdout).toContain('prom is updated without a restart');
      await eventually('the new one', async () => (await query('requests_total')).includes('more'));
      const admin = `http://127.0.0.1:${(ports as { readonly admin: number }).admin}`;
      expect(await (await fetch(`${admin}/metrics`)).text()).toMatch(/^process_resident_memory_bytes \d/m);
      const stats = (await (await fetch(`${admin}/stats`)).json()) as {
        targets: { labels: { job: string } }[];
      };
      expect(stats.targets.map(({ labels }) => labels.job).toSorted()).toEqual(['api', 'more', 'prom']);
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
