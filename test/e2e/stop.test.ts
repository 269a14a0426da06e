import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { exitWhenAsked, goneAt, isAlive, PodRig, seqOf, statesOf, stop } from '../support/pod-rig.ts';
import type { SteeredChild } from '../support/steering.ts';

/** Longer than any test waits: what ends before it was ended by something else. */
const ENDLESS = { grace: '10m', minimumGrace: '10m' };

const childrenOf = (rig: PodRig, ...names: string[]) =>
  Promise.all(names.map((name) => rig.child(name))) as Promise<
    [SteeredChild, SteeredChild, SteeredChild, SteeredChild]
  >;

describe('the order of a stop', () => {
  test('is the start reversed: first what is in front of the primary, then the primary, then its sidecars', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        db: steered('db'),
        api: steered('api', { dependsOn: ['db'] }),
        proxy: steered('proxy', { dependsOn: ['primary'] }),
      },
      primary: steered('app'),
      stop: ENDLESS,
    }));
    const run = rig.up();
    const children = await childrenOf(rig, 'proxy', 'app', 'api', 'db');
    for (const child of children) await child.ignore('SIGTERM');
    run.signal('SIGTERM');
    for (const [index, child] of children.entries()) {
      await child.signalled('SIGTERM');
      const later = children.slice(index + 1).map(({ signals }) => signals.length);
      expect(later).toEqual(later.map(() => 0));
      await child.exit(0);
    }
    expect(await run.exitCode()).toBe(0);
  });

  test('lets sidecars that do not need each other go together', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db'), cache: steered('cache') },
      primary: steered('app'),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const [db, cache, app] = await childrenOf(rig, 'db', 'cache', 'app');
    await db.ignore('SIGTERM');
    await cache.ignore('SIGTERM');
    await app.exit(0);
    await Promise.all([db.signalled('SIGTERM'), cache.signalled('SIGTERM')]);
    await Promise.all([db.exit(0), cache.exit(0)]);
    expect(await run.exitCode()).toBe(0);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is kept when %s asks for it', async (signal) => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const run = rig.up();
    const [db, app] = await childrenOf(rig, 'db', 'app');
    expect(await stop(run, signal)).toEqual({ code: 0, signal: null });
    // Its own stop signal, whatever the supervisor was sent.
    expect([app.signals, db.signals]).toEqual([['SIGTERM'], ['SIGTERM']]);
    expect(seqOf(run.events, 'primary', 'stopped')).toBeLessThan(seqOf(run.events, 'db', 'stopped'));
  });

  test('is kept when the start is not over yet: what has not been launched never is', async () => {
    await using rig = await PodRig.open((steered) => ({
      init: { seed: steered('seed', { dependsOn: ['db'] }) },
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const run = rig.here();
    const [seed, db] = await childrenOf(rig, 'seed', 'db');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect([seed.signals, db.signals]).toEqual([['SIGTERM'], ['SIGTERM']]);
    expect(seqOf(run.events, 'seed', 'stopped')).toBeLessThan(seqOf(run.events, 'db', 'stopped'));
    expect(rig.steering.count('app')).toBe(0);
    expect(statesOf(run.events, 'primary')).not.toContain('starting');
  });
});

describe('output that nobody reads any more', () => {
  test.each(['stdout', 'stderr'] as const)('stops the pod in order: %s is closed', async (stream) => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const run = rig.run(['up', '--ui', 'plain']);
    const [db, app] = await childrenOf(rig, 'db', 'app');
    await app.ignore('SIGTERM');
    run.child[stream].destroy();
    await app.print('is anybody there?\n', stream);
    await app.signalled('SIGTERM');
    expect(db.signals).toEqual([]);
    await app.exit(0);
    await db.signalled('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test.each(['head -n 1', 'grep -m 1 enough'])(
    "stops the pod in order: 'sidecarctl up | %s'",
    async (reader) => {
      await using rig = await PodRig.open((steered) => ({
        sidecars: { db: steered('db') },
        primary: steered('app'),
      }));
      const command = `"$0" "$1" up | ${reader}`;
      const pipeline = spawn('sh', ['-c', command, process.execPath, CLI], {
        cwd: rig.project.folder,
        env: { ...cleanEnvironment(), ...rig.environment },
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      const ended = once(pipeline, 'close');
      const [db, app] = await childrenOf(rig, 'db', 'app');
      await app.ignore('SIGTERM');
      // The reader leaves at the first line; that it has left shows when the next is written.
      await eventually('the stop', async () => {
        await app.print('that is enough\n');
        return app.signals.length > 0;
      });
      expect(db.signals).toEqual([]);
      await app.exit(0);
      await db.signalled('SIGTERM');
      await withDeadline('the pipeline to end', ended);
      expect(rig.processes().filter((pid) => pid !== pipeline.pid)).toEqual([]);
    },
  );
});

describe('preStop hooks', () => {
  test('all start at once, and each process gets its signal only after its own', async () => {
    const preStop = (name: string) => `touch ${name}-hooked; until [ -e ${name}-go ]; do sleep 0.02; done`;
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { preStop: preStop('db') }) },
      primary: steered('app', { preStop: preStop('app') }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const [db, app] = await childrenOf(rig, 'db', 'app');
    run.signal('SIGTERM');
    await Promise.all([rig.fileExists('db-hooked'), rig.fileExists('app-hooked')]);
    expect([app.signals, db.signals]).toEqual([[], []]);
    await rig.project.write('app-go', '');
    await app.signalled('SIGTERM');
    await goneAt(app);
    await run.state('primary', 'stopped');
    // Its turn, but for its own hook.
    expect(db.signals).toEqual([]);
    await rig.project.write('db-go', '');
    await db.signalled('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test('that hang are cut off at the end of the grace, with all they have started', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { preStop: 'sleep 300 & sleep 300' }),
      stop: { grace: '300ms', minimumGrace: '10m' },
    }));
    const run = rig.here();
    const app = await rig.child('app');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(app.signals).toEqual(['SIGTERM']);
    expect(rig.processes()).toEqual([]);
  });

  test('may be a request or a wait', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { preStop: { sleep: '200ms' } }) },
      primary: steered('app', { preStop: { http: `http://127.0.0.1:${port}/drain` } }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const [db] = await childrenOf(rig, 'db', 'app');
    const askedAt = performance.now();
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(requests).toEqual(['GET /drain']);
    expect((await goneAt(db)) - askedAt).toBeGreaterThanOrEqual(195);
    server.close();
  });
});

describe('the grace', () => {
  test('is shared: a deaf primary is killed at its end, and what is left gets its signal and minimumGrace', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db'), cache: steered('cache') },
      primary: steered('app'),
      stop: { grace: '500ms', minimumGrace: '300ms' },
    }));
    const run = rig.here();
    const [db, cache, app] = await childrenOf(rig, 'db', 'cache', 'app');
    for (const child of [db, app]) await child.ignore('SIGTERM');
    const askedAt = performance.now();
    expect(await stop(run)).toEqual({ code: 137, signal: null });
    expect([app.signals, db.signals, cache.signals]).toEqual([['SIGTERM'], ['SIGTERM'], ['SIGTERM']]);
    expect((await goneAt(app)) - askedAt).toBeGreaterThanOrEqual(495);
    expect((await goneAt(cache)) - askedAt).toBeGreaterThanOrEqual(495);
    expect((await goneAt(db)) - askedAt).toBeGreaterThanOrEqual(795);
  });

  test('of a process can be shorter than that of the pod', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { stop: { grace: '100ms' } }) },
      primary: steered('app'),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const [db] = await childrenOf(rig, 'db', 'app');
    await db.ignore('SIGTERM');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(db.signals).toEqual(['SIGTERM']);
  });

  test('is not waited for by what is already gone', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app'), stop: ENDLESS }));
    const run = rig.here();
    await (await rig.child('app')).exit(0);
    expect(await run.exitCode()).toBe(0);
  });
});

describe('a stop', () => {
  test('does not restart a sidecar that dies meanwhile', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const [db, app] = await childrenOf(rig, 'db', 'app');
    await app.ignore('SIGTERM');
    run.signal('SIGTERM');
    await app.signalled('SIGTERM');
    await db.exit(1);
    await run.state('db', 'failed');
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(rig.steering.count('db')).toBe(1);
    expect(statesOf(run.events, 'db')).not.toContain('backoff');
  });

  test('does not restart a primary that fails meanwhile', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app', { restart: 'always' }) }));
    const run = rig.here();
    await exitWhenAsked(await rig.child('app'), 3);
    expect(await stop(run)).toEqual({ code: 3, signal: null });
    expect(rig.steering.count('app')).toBe(1);
  });

  test('what waits to be restarted is not waited for', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: { command: 'exit 1', restart: { backoff: { initial: '60s' } } } },
      primary: steered('app', { dependsOn: [] }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    await rig.child('app');
    await run.event('the long back-off', (event) => event['name'] === 'db' && event['retryInMs'] === 60_000);
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(statesOf(run.events, 'db').at(-1)).toBe('stopped');
  });

  test('readiness is still probed, so that peers see it go, and liveness is not', async () => {
    const quick = { period: '20ms', failureThreshold: 1 };
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: {
          db: steered('db', { readiness: { file: 'ok', ...quick }, liveness: { file: 'ok', ...quick } }),
        },
        primary: steered('app'),
        stop: ENDLESS,
      }),
      { ok: '' },
    );
    const run = rig.here();
    const [db, app] = await childrenOf(rig, 'db', 'app');
    await app.ignore('SIGTERM');
    run.signal('SIGTERM');
    await app.signalled('SIGTERM');
    await rig.remove('ok');
    await run.event(
      'readiness to fail',
      (event) => event.type === 'probe' && event['probe'] === 'readiness' && event['ok'] === false,
    );
    expect(db.signals).toEqual([]);
    expect(isAlive(db.pid)).toBe(true);
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    const liveness = run.events.filter((event) => event['probe'] === 'liveness' && event['ok'] === false);
    expect(liveness).toEqual([]);
  });
});

describe('stop.command', () => {
  test('runs in place of the signal', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { stop: { command: 'echo asked >> asked' } }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const app = await rig.child('app');
    run.signal('SIGTERM');
    expect(await rig.fileText('asked')).toBe('asked\n');
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(app.signals).toEqual([]);
  });

  test('that fails is followed by the signal', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { stop: { command: 'touch asked; exit 1', signal: 'SIGINT' } }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const app = await rig.child('app');
    run.signal('SIGTERM');
    await app.signalled('SIGINT');
    await rig.fileExists('asked');
    expect(await run.exitCode()).toBe(0);
  });

  test('that cannot be found is followed by the signal', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { stop: { command: ['no-such-command'] } }),
      stop: ENDLESS,
    }));
    const run = rig.here();
    const app = await rig.child('app');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(app.signals).toEqual(['SIGTERM']);
  });

  test('that hangs does not hold the stop up: all is killed when the grace is over', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { stop: { command: 'touch asked; sleep 300 & sleep 300' } }),
      stop: { grace: '600ms', minimumGrace: '100ms' },
    }));
    const run = rig.here();
    const app = await rig.child('app');
    run.signal('SIGTERM');
    await rig.fileExists('asked');
    expect(await run.exitCode()).toBe(137);
    expect(app.signals).toEqual([]);
    expect(rig.processes()).toEqual([]);
  });
});

test('a stop takes at most grace and minimumGrace, however deaf everything is', async () => {
  const deaf = (name: string) => ({ command: `trap "" TERM; touch ${name}-up; while :; do sleep 1; done` });
  const names = ['one', 'two', 'three', 'four'];
  const proxy = { ...deaf('proxy'), dependsOn: ['primary'], preStop: 'sleep 300' };
  await using rig = await PodRig.open({
    sidecars: { ...Object.fromEntries(names.map((name) => [name, deaf(name)])), proxy },
    primary: deaf('primary'),
    stop: { grace: '400ms', minimumGrace: '600ms' },
  });
  const run = rig.up();
  for (const name of [...names, 'proxy', 'primary']) await rig.fileExists(`${name}-up`);
  run.signal('SIGTERM');
  expect(await run.exitCode()).toBe(137);
  const stopping = Date.parse(String((await run.state('shop', 'stopping'))['time']));
  const stopped = Date.parse(String((await run.state('shop', 'stopped'))['time']));
  // Counted from a decision, of which a busy machine tells some milliseconds later.
  expect(stopped - stopping).toBeGreaterThanOrEqual(980);
  // One second as promised, and what a slow machine takes to carry it out; six in a row would take four.
  expect(stopped - stopping).toBeLessThan(3_500);
  await eventually('nothing to be left', () => rig.processes().length === 0);
});
