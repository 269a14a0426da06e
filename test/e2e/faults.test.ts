import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const ECHO = `require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket))
  .listen(process.env.PORT, '127.0.0.1')`;

const latency = (milliseconds: number) => [{ type: 'latency', attributes: { latency: milliseconds } }];

interface Ports {
  readonly main: number;
  readonly admin: number;
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });

/** Milliseconds until what is sent comes back. */
const roundTrip = async (socket: Socket): Promise<number> => {
  const from = performance.now();
  let text = '';
  socket.on('data', (data) => (text += data));
  socket.write('x');
  await eventually('the echo', () => text === 'x');
  return performance.now() - from;
};

test('faults stands between a process and a port, and a reload keeps its pid and its connections', async () => {
  const config = (milliseconds: number) => (steered: (name: string) => object) => ({
    sidecars: {
      echo: { command: [process.execPath, '-e', ECHO], ports: { main: 'auto' } },
      slow: { use: 'faults', with: { to: 'echo', for: ['primary'], toxics: latency(milliseconds) } },
    },
    primary: steered('app'),
  });
  await using rig = await PodRig.open(config(200));
  const run = rig.up();
  const { env } = await rig.child('app');
  const { ports, pid, origin } = await run.state('slow', 'ready');
  expect(origin).toEqual({ use: 'faults', engine: 'embedded' });
  expect(env['ECHO_SERVICE_PORT']).toBe(String((ports as Ports).main));
  const socket = await open((ports as Ports).main);
  expect(await roundTrip(socket)).toBeGreaterThan(180);
  await run.state('primary', 'ready');
  await rig.configure(config(0));
  const { stdout } = await runToEnd(['reload'], rig.project.folder);
  expect(stdout).toBe('slow is updated without a restart: file options replaced, SIGHUP sent\n');
  await eventually('the toxic to be changed', async () => {
    const proxies = await fetch(`http://127.0.0.1:${(ports as Ports).admin}/proxies`);
    return (await proxies.text()).includes('"latency":0');
  });
  socket.removeAllListeners('data');
  await roundTrip(socket);
  const { processes } = JSON.parse((await runToEnd(['status', '--json'], rig.project.folder)).stdout);
  const slow = processes.find(({ name }: { readonly name: string }) => name === 'slow');
  expect([slow.pid, slow.restarts, slow.statusText]).toEqual([pid, 0, 'latency_downstream on']);
  const status = await runToEnd(['status'], rig.project.folder);
  expect(status.stdout).toMatch(/^slow +sidecar: faults .*latency_downstream on$/m);
  const why = await runToEnd(['why', 'slow'], rig.project.folder);
  expect(why.stdout).toContain('It is the ready-made sidecar faults.');
  expect(why.stdout).toContain('It says: latency_downstream on\n');
  expect((await runToEnd(['graph'], rig.project.folder)).stdout).toContain('slow (sidecar: faults)');
  expect((await runToEnd(['check'], rig.project.folder)).stdout).toContain('echo, slow: faults, primary');
  await stop(run);
});

test('eject prints the plain config, which runs in place of the ready-made sidecar', async () => {
  const sidecars = { echo: { command: [process.execPath, '-e', ECHO], ports: { main: 'auto' } } };
  await using rig = await PodRig.open((steered) => ({
    sidecars: { ...sidecars, slow: { use: 'faults', with: { to: 'echo', toxics: latency(100) } } },
    primary: steered('app'),
  }));
  const { stdout } = await runToEnd(['eject', 'slow', '--json'], rig.project.folder);
  await rig.configure((steered) => ({
    sidecars: { ...sidecars, ...JSON.parse(stdout) },
    primary: steered('app'),
  }));
  const run = rig.up();
  const slow = await run.state('slow', 'ready');
  expect(slow).not.toHaveProperty('origin');
  const socket = await open((slow['ports'] as Ports).main);
  expect(await roundTrip(socket)).toBeGreaterThan(80);
  socket.destroy();
  await rig.child('app');
  const refused = await runToEnd(['eject', 'echo'], rig.project.folder);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    'sidecarctl: echo is not ready-made: its config is what runs; no sidecar is\n',
  ]);
  await stop(run);
});

test('faults lists, adds, changes and removes toxics of a running pod', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      echo: { command: [process.execPath, '-e', ECHO], ports: { main: 'auto' } },
      slow: { use: 'faults', with: { to: 'echo' } },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const main = ((await run.state('slow', 'ready'))['ports'] as Ports).main;
  await rig.child('app');
  await run.state('primary', 'ready');
  const faults = (...args: readonly string[]) => runToEnd(['faults', ...args], rig.project.folder);
  expect((await faults()).stdout).toMatch(/^slow: 127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+, no toxics\n$/);
  const socket = await open(main);
  const added = await faults('slow', '--add', 'latency', 'latency=150');
  expect(added.stdout).toContain('\n  latency_downstream  downstream  latency=150  jitter=0\n');
  expect(await roundTrip(socket)).toBeGreaterThan(130);
  expect((await faults('slow', '--add', 'latency', 'latency=1')).stdout).toContain('  latency=1  ');
  const [listed] = JSON.parse((await faults('--json')).stdout);
  expect(listed).toMatchObject({ process: 'slow', enabled: true, toxics: [{ type: 'latency' }] });
  expect((await faults('slow', '--remove', 'latency_downstream')).stdout).toContain(', no toxics\n');
  const again = await faults('slow', '--remove', 'latency_downstream');
  expect([again.code, again.stderr]).toEqual([1, 'sidecarctl: slow: toxic not found\n']);
  expect((await faults('slow', '--disable')).stdout).toContain('disabled: connections are refused');
  await expect(open(main)).rejects.toThrow('ECONNREFUSED');
  expect((await faults('slow', '--reset')).stdout).toContain(', no toxics\n');
  (await open(main)).destroy();
  const unknown = await faults('slwo', '--reset');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    'sidecarctl: there is no faults sidecar slwo (did you mean slow?); there is slow\n',
  ]);
  socket.destroy();
  await stop(run);
});

test('faults of HTTP requests are listed with what they did, and are in the status until they have happened', async () => {
  const serve = `require('node:http').createServer((_, response) => response.end('ok'))
    .listen(process.env.PORT, '127.0.0.1')`;
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      api: { command: [process.execPath, '-e', serve], ports: { main: 'auto' } },
      slow: { use: 'faults', with: { to: 'api', http: [{ match: { path: '/a' }, failFirst: 1 }] } },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const { ports } = await run.state('slow', 'ready');
  await run.state('primary', 'ready');
  const asked = async (command: string) => (await runToEnd([command], rig.project.folder)).stdout;
  await eventually('the status', async () => /^slow .* HTTP faults on$/m.test(await asked('status')));
  const url = `http://127.0.0.1:${(ports as Ports).main}/a`;
  expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([503, 200]);
  expect(await asked('faults')).toContain('\n  /a  first 1  status 503  injected into 1 of 2\n');
  await eventually('a status without it', async () => !(await asked('status')).includes('HTTP faults on'));
  await stop(run);
});
