import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { ENGINES } from '../../src/sidecars/engines/engine-name.ts';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

const WEB = `require('node:http').createServer((_, response) => response.end(String(process.pid)))
  .listen(process.env.PORT, '127.0.0.1')`;

const podOf = (engine: string, options: object = {}) => ({
  sidecars: { edge: { use: 'ambassador', engine, with: { to: 'web', ...options } } },
  primary: { name: 'web', command: [process.execPath, '-e', WEB], ports: { http: 'auto' } },
});

/** The app is a sidecar here, so that it can be restarted. */
const shop =
  (engine: string, options: object = {}) =>
  (steered: (name: string) => object) => ({
    sidecars: {
      web: {
        command: [process.execPath, '-e', WEB],
        ports: { http: 'auto' },
        readiness: { tcp: 'http', period: '100ms' },
      },
      edge: { use: 'ambassador', engine, with: { to: 'web', ...options } },
    },
    primary: { ...steered('app'), dependsOn: ['edge'] },
  });

interface Edge {
  readonly pid: number;
  readonly restarts: number;
  readonly state: string;
}

const edgeOf = async (rig: PodRig): Promise<Edge> => {
  const { stdout } = await runToEnd(['status', '--json'], rig.project.folder);
  const { processes } = JSON.parse(stdout);
  return processes.find(({ name }: { readonly name: string }) => name === 'edge');
};

interface Ports {
  readonly http: number;
}

/** On a connection of its own: an engine closes those that are idle when it reloads, and when it ends. */
const ask = async (url: string) => {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
};

describe.each(ENGINES.map((engine) => [engine]))('%s', (engine) => {
  const run = test.runIf(isInstalled(engine));

  run('stands before an app, and every command tells that it does', async () => {
    await using rig = await PodRig.open(shop(engine));
    const before = await treeOf(rig.project.folder);
    const checked = await runToEnd(['check'], rig.project.folder);
    expect(checked.stderr + checked.stdout).toContain(`web, edge: ${engine} (ambassador), primary`);
    expect(await treeOf(rig.project.folder)).toEqual(before);
    const up = rig.up();
    const { ports, pid, origin } = await up.state('edge', 'ready');
    expect(origin).toEqual({ use: 'ambassador', engine });
    const url = `http://127.0.0.1:${(ports as Ports).http}`;
    const first = (await ask(url)).text;
    await rig.child('app');
    if (engine !== 'nginx') {
      // It waits for an app that restarts.
      await runToEnd(['restart', 'web'], rig.project.folder);
      const answers = await Promise.all([ask(url), ask(url), ask(url)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers[0]?.text).not.toBe(first);
    }
    await rig.configure(shop(engine, { responseHeaders: { set: { 'x-new': 'new' } } }));
    const { stdout } = await runToEnd(['reload'], rig.project.folder);
    expect(stdout).toContain('edge is updated without a restart');
    // Caddy opens its port anew, and a connection that it has not accepted is reset.
    const askAgain = () => ask(url).catch(() => null);
    await eventually('the new option', async () => (await askAgain())?.headers['x-new'] === 'new');
    const edge = await edgeOf(rig);
    expect([edge.pid, edge.restarts]).toEqual([pid, 0]);
    expect((await runToEnd(['graph'], rig.project.folder)).stdout).toContain(`${engine} (ambassador)`);
    // The engine does not outlive the program that runs it: it would keep the port.
    process.kill(Number(pid), 'SIGKILL');
    await eventually('another one', async () => {
      const again = await edgeOf(rig);
      return again.restarts === 1 && again.state === 'ready';
    });
    expect((await ask(url)).status).toBe(200);
    await stop(up);
  });

  run('is found where only root has it on PATH', async () => {
    await using rig = await PodRig.open(podOf(engine));
    const { code, stderr } = await runToEnd(['check'], rig.project.folder, { PATH: '/usr/bin:/bin' });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('is an error before anything starts where it is missing', async () => {
    const use = { use: 'ambassador', engine, with: { to: 'web' }, env: { PATH: '/nonexistent' } };
    await using rig = await PodRig.open({
      sidecars: { edge: use },
      primary: { name: 'web', command: 'touch started', ports: { http: 'auto' } },
    });
    const { code, stderr } = await runToEnd(['up'], rig.project.folder);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`edge requires ${engine} >=`);
    expect(stderr).toContain(`apt install ${engine}`);
  });
});

describe.each(['haproxy', 'nginx'])('%s', (engine) => {
  test.runIf(isInstalled(engine))('carries calls out', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        pay: { command: [process.execPath, '-e', WEB], ports: { http: 'auto' }, readiness: { tcp: 'http' } },
        calls: { use: 'egress', engine, with: { to: { payments: 'pay' } } },
      },
      primary: steered('app'),
    }));
    const up = rig.up();
    const { env } = await rig.child('app');
    const response = await fetch(env['PAYMENTS_URL'] ?? '');
    expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/^\d+$/)]);
    await stop(up);
  });
});

test.runIf(isInstalled('nginx'))('check shows what an engine says against its configuration', async () => {
  await using rig = await PodRig.open({
    ...podOf('nginx', { tls: { cert: './no.crt', key: './no.key' } }),
  });
  const { code, stderr } = await runToEnd(['check'], rig.project.folder);
  expect(code).not.toBe(0);
  expect(stderr).toContain('no.crt');
});
