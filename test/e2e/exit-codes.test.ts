import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { exitWhenAsked, PodRig, stop } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const SHORT_STOP = { grace: '400ms', minimumGrace: '100ms' };
/** Longer than any test waits: what ends before it was ended by something else. */
const ENDLESS_STOP = { grace: '10m', minimumGrace: '10m' };

const lastEvent = (run: { readonly events: readonly object[] }): object => run.events.at(-1) ?? {};

describe('a primary that ends by itself', () => {
  test.each([
    ['exits 0', 'exit 0', 0],
    ['exits 7', 'exit 7', 7],
    ['is killed by SIGTERM', 'kill -TERM $$', 143],
    ['is killed by SIGKILL', 'kill -KILL $$', 137],
  ])('gives the tool its exit code: it %s', async (_, command, code) => {
    await using rig = await PodRig.open({ primary: { command } });
    const run = rig.up();
    expect(await run.exitCode()).toBe(code);
    expect(lastEvent(run)).toMatchObject({ type: 'pod', state: 'stopped', exitCode: code });
  });

  test.runIf(process.platform === 'linux').each([34, 41, 64])(
    'is told by 128 + n when a real-time signal has killed it: %i',
    async (signal) => {
      await using rig = await PodRig.open({ primary: { command: `kill -${signal} $$` } });
      const run = rig.up();
      expect(await run.exitCode()).toBe(128 + signal);
      expect(lastEvent(run)).toMatchObject({ exitCode: 128 + signal });
      expect(await run.state('primary', 'failed')).toMatchObject({ signal: `SIGRTMIN+${signal - 34}` });
    },
  );

  test.each([
    ['sets another code', 'process.exitCode = 0'],
    ['exits itself', 'process.exitCode = 0; process.exit(0)'],
    ['ends it at once', 'process.reallyExit(0)'],
    ['throws', 'process.exitCode = 0; throw new Error("at the end")'],
  ])(
    'gives the tool its exit code whatever a config does at the end of the process: it %s',
    async (_, does) => {
      const config = `process.on('exit', () => { ${does} });
      export default { primary: { command: 'exit 3' } }`;
      await using project = await Project.create({ 'sidecars.config.mjs': config });
      const { code, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
      expect(code).toBe(3);
      expect(stderr).not.toContain('internal error');
    },
  );

  test("gives the tool its exit code under 'run' as well", async () => {
    await using rig = await PodRig.open({ primary: { command: 'exit 1' } });
    expect(await rig.run(['run', '--', 'sh', '-c', 'exit 5']).exitCode()).toBe(5);
  });

  test('decides the exit code alone: what sidecars exit with in the stop does not count', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const run = rig.here();
    await exitWhenAsked(await rig.child('db'), 9);
    await (await rig.child('app')).exit(0);
    expect(await run.exitCode()).toBe(0);
  });

  test('gives the code of its last exit when its restarts are used up', async () => {
    const restart = {
      policy: 'on-failure',
      backoff: { initial: '10ms' },
      limit: { restarts: 2, within: '1m' },
    };
    await using rig = await PodRig.open({ primary: { command: 'echo run >> runs; exit 7', restart } });
    expect(await rig.here().exitCode()).toBe(7);
    expect(await rig.fileText('runs')).toBe('run\nrun\nrun\n');
  });

  test('has failed when its liveness probe ended it, however politely it then exits', async () => {
    const liveness = { file: 'alive', period: '20ms', failureThreshold: 1 };
    await using rig = await PodRig.open((steered) => ({ primary: steered('app', { liveness }) }), {
      alive: '.',
    });
    const run = rig.here();
    await exitWhenAsked(await rig.child('app'), 0);
    await rig.remove('alive');
    expect(await run.exitCode()).toBe(1);
  });
});

describe('a requested stop', () => {
  test.each([
    ['0 when the primary then exits 0', 0, 0],
    ["the primary's code when it exits with another", 3, 3],
  ])('gives %s', async (_, primary, code) => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.here();
    await exitWhenAsked(await rig.child('app'), primary);
    expect(await stop(run)).toEqual({ code, signal: null });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'gives 0 when the primary dies of the %s it was sent',
    async (signal) => {
      await using rig = await PodRig.open((steered) => ({ primary: steered('app', { stop: { signal } }) }));
      const run = rig.up();
      const app = await rig.child('app');
      expect(await stop(run)).toEqual({ code: 0, signal: null });
      expect(app.signals).toEqual([signal]);
    },
  );

  test.each([
    ['a line', 'trap "exit 143" TERM; echo up; while :; do sleep 0.05; done'],
    ['a list', ['sh', '-c', 'trap "exit 143" TERM; echo up; while :; do sleep 0.05; done']],
  ])('gives 0 when the primary spells the SIGTERM it was sent as code 143: %s', async (_, command) => {
    await using rig = await PodRig.open({ primary: { command } });
    const run = rig.here();
    await run.output(/up/);
    expect(await stop(run)).toEqual({ code: 0, signal: null });
  });

  test('gives 128 + n when the primary dies of another signal n', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.here();
    const app = await rig.child('app');
    await app.ignore('SIGTERM');
    run.signal('SIGTERM');
    await app.signalled('SIGTERM');
    await app.die('SIGHUP');
    expect(await run.exitCode()).toBe(129);
  });

  test('gives 137 when the primary has to be killed', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app'), stop: SHORT_STOP }));
    const run = rig.here();
    const app = await rig.child('app');
    await app.ignore('SIGTERM');
    expect(await stop(run)).toEqual({ code: 137, signal: null });
    expect(app.signals).toEqual(['SIGTERM']);
  });

  test('gives 0 when the primary had not been started yet', async () => {
    await using rig = await PodRig.open((steered) => ({
      init: { migrate: steered('migrate') },
      primary: { command: 'exit 5' },
    }));
    const run = rig.here();
    await rig.child('migrate');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
  });

  test('is cut short by a second signal: 137, long before the grace is over', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
      stop: ENDLESS_STOP,
    }));
    const run = rig.up();
    const app = await rig.child('app');
    await app.ignore('SIGTERM');
    run.signal('SIGTERM');
    await app.signalled('SIGTERM');
    expect(await stop(run)).toEqual({ code: 137, signal: null });
    expect(rig.processes()).toEqual([]);
  });
});

describe('a command that cannot be started', () => {
  const FORMS = [
    ['not found, as a list', ['no-such-command'], 127],
    ['not found, in the shell', 'no-such-command', 127],
    ['not executable, as a list', ['./plain.txt'], 126],
    ['not executable, in the shell', './plain.txt', 126],
  ] as const;
  const FILES = { 'plain.txt': 'not a program' };

  test.each(FORMS)("gives its code when it is the primary's: %s", async (_, command, code) => {
    await using rig = await PodRig.open({ primary: { command } }, FILES);
    expect(await rig.here().exitCode()).toBe(code);
  });

  test.each(FORMS)("gives 1 when it is an init task's: %s", async (_, command, code) => {
    await using rig = await PodRig.open(
      { init: { seed: { command } }, primary: { command: 'exit 0' } },
      FILES,
    );
    const run = rig.here();
    expect(await run.exitCode()).toBe(1);
    expect(await run.state('seed', 'failed')).toMatchObject({ exitCode: code });
    expect(run.events.some((event) => event['name'] === 'primary' && event['state'] === 'starting')).toBe(
      false,
    );
  });

  test.each(FORMS)("gives 1 when it is an essential sidecar's: %s", async (_, command, code) => {
    const db = { command, essential: true, restart: 'never' };
    await using rig = await PodRig.open((steered) => ({ sidecars: { db }, primary: steered('app') }), FILES);
    const run = rig.here();
    expect(await run.exitCode()).toBe(1);
    expect(await run.state('db', 'failed')).toMatchObject({ exitCode: code });
  });
});

describe('a pod that cannot start or gives up', () => {
  test('ends with 1 when an init task fails, and names it', async () => {
    await using rig = await PodRig.open({
      init: { seed: { command: 'exit 3' } },
      primary: { command: 'exit 0' },
    });
    const run = rig.here();
    expect(await run.exitCode()).toBe(1);
    expect(lastEvent(run)).toMatchObject({ exitCode: 1, reason: expect.stringContaining('seed') });
  });

  test.each([0, 4])(
    'ends with 1 when an essential sidecar that is never restarted exits %i',
    async (code) => {
      await using rig = await PodRig.open((steered) => ({
        sidecars: { db: steered('db', { essential: true, restart: 'never' }) },
        primary: steered('app'),
      }));
      const run = rig.here();
      await exitWhenAsked(await rig.child('app'), 0);
      await (await rig.child('db')).exit(code);
      expect(await run.exitCode()).toBe(1);
      expect(lastEvent(run)).toMatchObject({ exitCode: 1, reason: expect.stringContaining('db') });
    },
  );

  test('ends with 1 when an essential sidecar reaches its restart limit', async () => {
    const restart = { backoff: { initial: '10ms' }, limit: { restarts: 2, within: '1m' } };
    const db = { command: 'echo run >> runs; exit 4', essential: true, restart };
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db },
      primary: steered('app', { dependsOn: [] }),
    }));
    expect(await rig.here().exitCode()).toBe(1);
    expect(await rig.fileText('runs')).toBe('run\nrun\nrun\n');
  });

  test('ends with 1 when it is not up in time, and names what was waited for', async () => {
    const readiness = { file: 'ready' };
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { readiness }), cache: steered('cache') },
      primary: { command: 'exit 0' },
    }));
    const run = rig.here({ startTimeout: 700 });
    expect(await run.exitCode()).toBe(1);
    const reason = String((lastEvent(run) as { reason?: string }).reason);
    expect(reason).toContain('db');
    expect(reason).not.toContain('cache');
  });

  test('ends with 1 when a fixed port is taken, names its holder and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using rig = await PodRig.open({ primary: { command: 'touch started', ports: { http: port } } });
    const run = rig.up();
    expect(await run.exitCode()).toBe(1);
    expect(run.stderr).toContain(`pid ${process.pid}`);
    expect(run.stderr).toContain(String(port));
    expect(existsSync(rig.project.path('started'))).toBe(false);
    server.close();
  });
});

describe('a mistake of the user', () => {
  test.each([
    ['an unknown option', ['up', '--no-such-option']],
    ['an unknown command', ['frobnicate']],
    ['an excess argument', ['up', 'web']],
    ["'run' without a command", ['run']],
    ['a start timeout that is no duration', ['up', '--start-timeout', 'soon']],
    ['an unknown kind of output', ['up', '--ui', 'paper']],
    ['an unknown process in --only', ['up', '--only', 'bogus']],
    ['a config file that is not there', ['up', '--config', 'bogus.json']],
  ])('on the command line ends with 2: %s', async (_, args) => {
    await using rig = await PodRig.open({ primary: { command: 'touch started' } });
    const run = rig.run(args);
    expect(await run.exitCode()).toBe(2);
    expect(run.stderr).not.toBe('');
    expect(run.stdout).toBe('');
    expect(existsSync(rig.project.path('started'))).toBe(false);
  });

  test.each([
    ['an unknown field', { primary: { command: 'touch started', comand: 'x' } }],
    ['no primary', { sidecars: { db: { command: 'touch started' } } }],
    ['a dependency on nothing', { primary: { command: 'touch started', dependsOn: ['bogus'] } }],
    ['an unknown reference', { primary: { command: ['touch', 'started', '${ports.bogus.main}'] } }],
    ['an env file that is missing', { envFile: '.env', primary: { command: 'touch started' } }],
  ])('in the config ends with 2, before anything was started: %s', async (_, config) => {
    await using rig = await PodRig.open(config);
    const run = rig.here();
    expect(await run.exitCode()).toBe(2);
    expect(run.stderr).not.toBe('');
    expect(run.stdout).toBe('');
    expect(existsSync(rig.project.path('started'))).toBe(false);
    expect(existsSync(rig.project.path('.sidecarctl'))).toBe(false);
  });

  test('that leaves no config ends with 2', async () => {
    await using rig = await PodRig.open(null);
    const run = rig.up();
    expect(await run.exitCode()).toBe(2);
    expect(run.stderr).toContain('sidecars.config');
  });
});
