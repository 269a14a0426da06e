import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

type Steered = (name: string, fields?: object) => object;

const CONF = { contents: 'color {{flags.color}}', volume: 'conf', path: 'app.conf' };

const refresh = (options: object = {}) => ({
  use: 'config-refresh',
  with: {
    sources: { flags: { file: 'flags.json', interval: '50ms' } },
    files: [CONF],
    wait: { min: 50, max: 500 },
    ...options,
  },
});

const flags = (color: string): Readonly<Record<string, string>> => ({
  'flags.json': JSON.stringify({ color }),
});

const change = (rig: PodRig, color: string): void => {
  const path = rig.project.path('flags.json');
  writeFileSync(`${path}.new`, JSON.stringify({ color }));
  renameSync(`${path}.new`, path);
};

test('an app waits for its first files, and gets a signal for each new content', async () => {
  await using rig = await PodRig.open((steered: Steered) => ({
    volumes: { conf: {} },
    sidecars: { conf: refresh({ onChange: { signal: 'SIGHUP', to: 'primary' } }) },
    primary: steered('app'),
  }));
  const run = rig.up();
  await run.event('it waits', ({ line }) => String(line).includes('there is no file'));
  expect(run.events.some(({ name, state }) => name === 'primary' && state === 'starting')).toBe(false);
  change(rig, 'red');
  const app = await rig.child('app');
  const path = app.env['CONF_FILE'] ?? '';
  expect(readFileSync(path, 'utf8')).toBe('color red');
  await app.ignore('SIGHUP');
  await run.state('primary', 'ready');
  change(rig, 'blue');
  await eventually('the signal', () => app.signals.includes('SIGHUP'));
  expect(readFileSync(path, 'utf8')).toBe('color blue');
  const sent = await run.event('a signal', ({ type }) => type === 'signalled');
  expect(sent).toMatchObject({ name: 'primary', signal: 'SIGHUP', files: ['app.conf'], count: 1 });
  const { statusText } = await statusOf(rig, 'conf');
  expect(statusText).toBeNull();
  await rig.project.write('flags.json', '{');
  await eventually('a status', async () =>
    /^keeps the files of \d\d:\d\d: flags: /.test(String((await statusOf(rig, 'conf')).statusText)),
  );
  await stop(run);
});

const statusOf = async (
  rig: PodRig,
  process: string,
): Promise<{ readonly statusText: string | null; readonly pid: number }> => {
  const { processes } = JSON.parse((await runToEnd(['status', '--json'], rig.project.folder)).stdout);
  return processes.find(({ name }: { readonly name: string }) => name === process);
};

test('a process that names a rendered file as its own restarts for a new content, in a pod of the library too', async () => {
  await using rig = await PodRig.open(
    (steered: Steered) => ({
      volumes: { conf: {} },
      sidecars: {
        conf: refresh(),
        reader: steered('reader', { files: { settings: { from: 'conf.app.conf' } } }),
      },
      primary: steered('app', { dependsOn: [] }),
    }),
    flags('red'),
  );
  const run = rig.here();
  const first = await rig.child('reader');
  const path = first.env['FILE_SETTINGS'] ?? '';
  expect(readFileSync(path, 'utf8')).toBe('color red');
  const app = await rig.child('app');
  change(rig, 'blue');
  const second = await rig.child('reader');
  expect(second.env['FILE_SETTINGS']).toBe(path);
  expect(readFileSync(path, 'utf8')).toBe('color blue');
  const restarted = await run.event(
    'a restart',
    ({ name, state }) => name === 'reader' && state === 'stopping',
  );
  expect(restarted['reason']).toBe('app.conf has changed');
  expect(isAlive(app.pid)).toBe(true);
});

test('a reload of the config and a refresh at the same moment: the app has both, and restarts once or twice', async () => {
  const config = (contents: string) => (steered: Steered) => ({
    volumes: { conf: {} },
    sidecars: { conf: refresh({ files: [{ ...CONF, contents }] }) },
    primary: steered('app', {
      files: { settings: { from: 'conf.app.conf' } },
      env: { CONTENTS: contents },
      restart: 'always',
    }),
  });
  await using rig = await PodRig.open(config('color {{flags.color}}'), flags('red'));
  const run = rig.up();
  let app = await rig.child('app');
  await run.state('primary', 'ready');
  const { pid } = await statusOf(rig, 'conf');
  await rig.configure(config('colour {{flags.color}}'));
  const reloaded = runToEnd(['reload'], rig.project.folder);
  change(rig, 'blue');
  expect((await reloaded).stdout).toContain('conf is updated without a restart');
  const path = app.env['FILE_SETTINGS'] ?? '';
  await eventually('both', () => readFileSync(path, 'utf8') === 'colour blue');
  do app = await rig.child('app');
  while (app.env['CONTENTS'] !== 'colour {{flags.color}}');
  await run.until('its last start', () => {
    const states = run.events
      .filter(({ name, type }) => type === 'process' && name === 'primary')
      .map(({ state }) => state);
    return states.at(-1) === 'ready';
  });
  const starts = run.events.filter(({ name, state }) => name === 'primary' && state === 'starting');
  expect(starts.length).toBeLessThanOrEqual(4);
  expect((await statusOf(rig, 'conf')).pid).toBe(pid);
  await stop(run);
});

test('with onError fail, an error ends the pod with exit code 1', async () => {
  await using rig = await PodRig.open((steered: Steered) => ({
    volumes: { conf: {} },
    sidecars: { conf: refresh({ onError: 'fail' }) },
    primary: steered('app'),
  }));
  const run = rig.up();
  expect(await run.exitCode()).toBe(1);
  expect(run.transcript()).toContain(
    "config-refresh ends, because onError is 'fail': flags: there is no file",
  );
});
