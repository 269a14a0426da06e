import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig } from '../support/pod-rig.ts';

const sleeper = ['sleep', '600'];
const RECORD = '.sidecarctl/pods/sidecars.config.mjs.json';

const askIn =
  (rig: PodRig) =>
  async (args: readonly string[], env: Record<string, string> = {}) => {
    const asked = rig.run(args, { env });
    const code = await asked.exitCode();
    return { code, stdout: asked.stdout, stderr: asked.stderr };
  };

const socketOf = (rig: PodRig) => JSON.parse(readFileSync(rig.project.path(RECORD), 'utf8')).socket as string;

test('a pod whose state folder is cleaned away is found, tells the loss, and makes all of it anew', async () => {
  await using rig = await PodRig.open({
    volumes: { data: {} },
    sidecars: {
      clock: {
        command: 'while :; do echo tick; sleep 0.05; done',
        mounts: { data: 'mnt' },
        readiness: false,
      },
    },
    primary: { name: 'web', command: sleeper },
  });
  const ask = askIn(rig);
  const run = rig.up();
  await run.state('web', 'ready');
  await run.event('a tick', (event) => event['line'] === 'tick');
  await ask(['status']);
  // As git clean does it: what ignores itself.
  await rig.remove('.sidecarctl');
  expect((await ask(['status'])).code).toBe(0);
  const second = await ask(['up', '--ui', 'plain']);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`(pid ${run.pid})`) });
  const notice = await run.event('the loss', (event) => event['kind'] === 'state-lost');
  expect(notice['message']).toContain('data');
  expect(readdirSync(rig.project.path('.sidecarctl')).sort()).toEqual(['.gitignore', 'logs', 'pods', 'runs']);
  expect(existsSync(rig.project.path('mnt/.'))).toBe(true);
  const logs = () =>
    readdirSync(rig.project.path('.sidecarctl/logs/clock')).filter((name) => name.endsWith('.log'));
  await eventually(
    'a new log file',
    () => existsSync(rig.project.path('.sidecarctl/logs/clock')) && logs().length > 0,
  );
  expect(await ask(['down'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('pod shop has stopped'),
  });
  expect(await run.exitCode()).toBe(0);
  expect(readdirSync(rig.project.path('.sidecarctl/runs'))).toEqual([]);
});

test.each([
  ['is deleted', (record: string) => rmSync(record)],
  ['is deleted with its folder', (record: string) => rmSync(dirname(record), { recursive: true })],
  [
    'is emptied by a save',
    (record: string) => {
      writeFileSync(`${record}.new`, '');
      renameSync(`${record}.new`, record);
    },
  ],
])('a pod whose record alone %s writes it anew', async (_, spoil) => {
  await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
  const run = rig.up();
  await run.state('web', 'ready');
  const record = rig.project.path(RECORD);
  await askIn(rig)(['status']);
  spoil(record);
  await eventually('the record', () => existsSync(record) && readFileSync(record, 'utf8') !== '');
  await run.event('the loss', (event) => event['kind'] === 'state-lost');
  expect(run.events.filter((event) => event['kind'] === 'state-not-restored')).toEqual([]);
});

test('a pod whose record cannot be written again because a folder has its name reports that folder', async () => {
  await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
  const run = rig.up();
  await run.state('web', 'ready');
  const record = rig.project.path(RECORD);
  await askIn(rig)(['status']);
  mkdirSync(`${record}.new/mine`, { recursive: true });
  rmSync(record);
  renameSync(`${record}.new`, record);
  const notice = await run.event('the notice', (event) => event['kind'] === 'state-not-restored');
  expect(notice['message']).toContain(`(${record} is a folder, where the pod keeps its record)`);
});

test('a pod whose socket is cleaned away listens again', async () => {
  await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
  const ask = askIn(rig);
  const run = rig.up();
  await run.state('web', 'ready');
  await ask(['status']);
  rmSync(socketOf(rig));
  await eventually('the socket', () => existsSync(socketOf(rig)));
  expect((await ask(['down'])).code).toBe(0);
});

test('a socket folder that is in the way is passed by, and its pod is found by everybody', async () => {
  await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
  const ask = askIn(rig);
  mkdirSync(rig.project.path('run'), { mode: 0o700 });
  writeFileSync(rig.project.path('run/sidecarctl'), 'in the way');
  const env = { XDG_RUNTIME_DIR: rig.project.path('run'), TMPDIR: rig.project.path('missing') };
  const run = rig.run(['up', '--ui', 'json'], { env });
  await run.state('web', 'ready');
  expect((await ask(['status'])).code).toBe(0);
  expect(dirname(socketOf(rig))).toBe(`/tmp/sidecarctl-${process.getuid?.()}`);
  // Without its record it is found by what stands beside the socket, whatever the variables are here.
  await rig.remove(RECORD);
  expect((await ask(['down'], { XDG_RUNTIME_DIR: '' })).code).toBe(0);
  expect(await run.exitCode()).toBe(0);
});

test('commands that are named in messages are typed with the config and the name that reach the pod', async () => {
  await using rig = await PodRig.open(null, { 'my.yaml': 'primary: { command: sleep 600 }\n' });
  const ask = askIn(rig);
  const pod = ['-c', 'my.yaml', '--name', 'blue'];
  const up = await ask(['up', '--detach', ...pod]);
  const [, words = ''] = /stop it with 'sidecarctl (.*)'/.exec(up.stdout) ?? [];
  expect(words).toBe('down -c my.yaml --name blue');
  expect((await ask(['up', ...pod])).stderr).toContain(`'sidecarctl attach -c my.yaml --name blue'`);
  expect((await ask(words.split(' '))).code).toBe(0);
  expect((await ask(['status', ...pod])).stderr).toContain(`'sidecarctl dev -c my.yaml --name blue'`);
});

test('check takes what the own pod holds for no obstacle', async () => {
  const port = 28_761;
  await using rig = await PodRig.open({
    volumes: { data: {} },
    primary: {
      name: 'web',
      command: `exec ${process.execPath} -e "require('node:net').createServer().listen(${port}, '127.0.0.1')"`,
      ports: { main: port },
      mounts: { data: 'mnt' },
    },
  });
  const run = rig.up();
  await run.state('web', 'ready');
  expect(await askIn(rig)(['check'])).toMatchObject({ code: 0, stderr: '' });
});

test('up --detach comes back, with the pod up, where the usual folder of sockets is taken', async () => {
  await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
  const ask = askIn(rig);
  mkdirSync(rig.project.path('run'), { mode: 0o700 });
  writeFileSync(rig.project.path('run/sidecarctl'), 'in the way');
  const env = { XDG_RUNTIME_DIR: rig.project.path('run') };
  expect((await ask(['up', '--detach'], env)).code).toBe(0);
  expect((await ask(['down'], env)).code).toBe(0);
});
