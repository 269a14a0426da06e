import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { exitWhenAsked, goneAt, seqOf } from '../support/pod-rig.ts';
import { ENGINES, EngineRig } from './engine-rig.ts';

/** Longer than any test waits: what ends before it was ended by something else. */
const ENDLESS = { grace: '10m', minimumGrace: '10m' };
/** A probe's verdict within some 20 ms of the fact. */
const QUICK = { period: '20ms', failureThreshold: 1 };

describe.each(ENGINES)('on the %s engine', (engine) => {
  test('an init task, a sidecar and the primary are launched in order, each behind its gate', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      init: { migrate: steered('migrate') },
      sidecars: { db: steered('db', { readiness: { exec: ['test', '-e', 'ready'], ...QUICK } }) },
      primary: steered('app'),
    }));
    const [migrate] = await Promise.all([rig.child('migrate'), rig.child('db')]);
    await migrate.exit(0);
    await rig.is('db', 'running');
    expect(rig.steering.count('app')).toBe(0);
    await rig.project.write('ready', '');
    await rig.child('app');
    await rig.is('primary', 'ready');
    expect(seqOf(rig.events, 'migrate', 'completed')).toBeLessThan(seqOf(rig.events, 'primary', 'starting'));
    expect(seqOf(rig.events, 'db', 'ready')).toBeLessThan(seqOf(rig.events, 'primary', 'starting'));
  });

  test('a sidecar that fails again and again is restarted with a back-off that doubles', async () => {
    const restart = { backoff: { initial: '40ms', max: '80ms' } };
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db', { restart }) },
      primary: steered('app'),
    }));
    const app = await rig.child('app');
    for (let runs = 0; runs < 4; runs++) await (await rig.child('db')).exit(3);
    await rig.child('db');
    const backoffs = rig.events.filter((event) => event['name'] === 'db' && event['state'] === 'backoff');
    expect(backoffs.map((event) => [event['exitCode'], event['retryInMs']])).toEqual([
      [3, 0],
      [3, 40],
      [3, 80],
      [3, 80],
    ]);
    expect(app.signals).toEqual([]);
  });

  test('a sidecar that a signal ended is restarted, and the signal is told', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    await (await rig.child('db')).die('SIGKILL');
    await rig.child('db');
    expect(await rig.was('db', 'backoff')).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  test('a stop ends what depends on others first, and waits for each to go', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db'), api: steered('api', { dependsOn: ['db'] }) },
      primary: steered('app'),
      stop: ENDLESS,
    }));
    const children = await Promise.all(['app', 'api', 'db'].map((name) => rig.child(name)));
    for (const child of children) await child.ignore('SIGTERM');
    rig.stop();
    for (const [index, child] of children.entries()) {
      await child.signalled('SIGTERM');
      const later = children.slice(index + 1).map(({ signals }) => signals.length);
      expect(later).toEqual(later.map(() => 0));
      await child.exit(0);
    }
    expect(await rig.exitCode()).toBe(0);
  });

  test('a process that does not obey its stop signal is killed at the end of the grace', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      primary: steered('app'),
      stop: { grace: '200ms', minimumGrace: '100ms' },
    }));
    const app = await rig.child('app');
    await app.ignore('SIGTERM');
    rig.stop();
    await goneAt(app);
    await rig.exitCode();
    expect(app.signals).toEqual(['SIGTERM']);
    expect(await rig.was('primary', 'stopped')).toMatchObject({ signal: 'SIGKILL' });
  });

  test('a stop signal of its own reaches a process, and its exit code is told', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      primary: steered('app', { stop: { signal: 'SIGINT' } }),
      stop: ENDLESS,
    }));
    const app = await rig.child('app');
    await exitWhenAsked(app, 7, 'SIGINT');
    rig.stop();
    await rig.exitCode();
    expect(await rig.was('primary', 'stopped')).toMatchObject({ exitCode: 7 });
  });

  test('what a main process leaves behind is ended before the process is launched again', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const db = await rig.child('db');
    await db.spawn('sleep', ['600']);
    await db.exit(1);
    await rig.child('db');
    expect(rig.states('db').slice(0, 4)).toEqual(['starting', 'ready', 'stopping', 'backoff']);
  });

  test('an exec probe runs where the process runs, and decides whether it is ready', async () => {
    await using rig = await EngineRig.open(
      engine,
      (steered) => ({
        primary: steered('app', { readiness: { exec: ['test', '-e', 'ok'], ...QUICK } }),
      }),
      { ok: '' },
    );
    await rig.is('primary', 'ready');
    await rig.running.client.request({ type: 'kill-pod', by: 'the test' });
    await rig.exitCode();
  });

  test('an exec probe that takes too long is cut off, and counts as failed', async () => {
    const liveness = { exec: ['sleep', '600'], timeout: '50ms', ...QUICK };
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db', { liveness }) },
      primary: steered('app'),
    }));
    expect(await rig.was('db', 'stopping')).toMatchObject({
      reason: expect.stringContaining('liveness probe failed: timed out after 50ms'),
    });
    await rig.was('db', 'backoff');
  });

  test('a TCP and an HTTP probe reach what a process listens on', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db', { ports: { main: 'auto' } }) },
      primary: steered('app', { ports: { http: 'auto' }, readiness: { http: '/healthz', ...QUICK } }),
    }));
    const portOf = (name: string) => rig.running.process(name).ports[0]?.port ?? 0;
    const db = await rig.child('db');
    await rig.is('db', 'running');
    await db.listen(portOf('db'));
    const app = await rig.child('app');
    await rig.is('primary', 'running');
    await app.serve(portOf('primary'), { '/healthz': 200 });
    await rig.is('primary', 'ready');
  });

  test('a log probe sees the line that it waits for', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      primary: steered('app', { readiness: { log: 'listening on' } }),
    }));
    const app = await rig.child('app');
    await rig.is('primary', 'running');
    await app.print('listening on port 3000\n');
    await rig.is('primary', 'ready');
  });

  test('hooks run where the process runs: postStart before it has started, preStop before its signal', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      primary: steered('app', { postStart: ['touch', 'begun'], preStop: ['echo', 'going'] }),
      stop: ENDLESS,
    }));
    const app = await rig.child('app');
    await rig.is('primary', 'ready');
    expect(await readFile(rig.project.path('begun'), 'utf8')).toBe('');
    rig.stop();
    await app.signalled('SIGTERM');
    expect(rig.lines('primary')).toEqual(['going']);
    expect(await rig.exitCode()).toBe(0);
  });

  test('a postStart hook that fails has its process stopped and restarted', async () => {
    const db = { postStart: ['test', '-e', 'never'], restart: { backoff: { initial: '60s' } } };
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db', db) },
      primary: steered('app'),
    }));
    expect(await rig.was('db', 'stopping')).toMatchObject({ reason: expect.stringContaining('postStart') });
    await rig.was('db', 'backoff');
    expect(rig.steering.count('app')).toBe(0);
  });

  test('output reaches memory and log file whole and in order, though its process ends at once', async () => {
    const numbered = (run: number) =>
      Array.from({ length: 5_000 }, (_, at) => `run ${run} line ${at}\n`).join('');
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    for (const run of [1, 2]) {
      const db = await rig.child('db');
      await db.print(numbered(run));
      await db.print('and no newline', 'stderr');
      await db.exit(1);
    }
    await rig.child('db');
    const expected = [1, 2].flatMap((run) => [...numbered(run).trim().split('\n'), 'and no newline']);
    const sorted = (lines: readonly string[]) => lines.toSorted();
    expect(sorted(rig.lines('db'))).toEqual(sorted(expected));
    const { logFile } = rig.running.process('db');
    expect(sorted((await readFile(logFile ?? '', 'utf8')).trim().split('\n'))).toEqual(sorted(expected));
  });

  test('output that is held back is not lost', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({ primary: steered('app') }));
    const app = await rig.child('app');
    const { backpressure } = rig.running.pod;
    backpressure.pause(rig);
    await app.print('one\ntwo\n');
    expect(rig.lines('primary')).toEqual([]);
    backpressure.resume(rig);
    await eventually('both lines', () => rig.lines('primary').length === 2);
    expect(rig.lines('primary')).toEqual(['one', 'two']);
  });

  test('the end of an essential sidecar ends the pod in order, with exit code 1', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db', { restart: 'never', essential: true }) },
      primary: steered('app'),
    }));
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await db.exit(0);
    await app.signalled('SIGTERM');
    expect(await rig.exitCode()).toBe(1);
  });

  test('the end of the primary ends the pod, with its exit code', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await app.exit(5);
    await db.signalled('SIGTERM');
    expect(await rig.exitCode()).toBe(5);
  });

  test('a request restarts one process and leaves the others alone', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await rig.is('db', 'ready');
    await rig.running.client.request({ type: 'restart', process: 'db' });
    await db.signalled('SIGTERM');
    await rig.child('db');
    expect(app.signals).toEqual([]);
  });

  test('usage is told of what runs', async () => {
    await using rig = await EngineRig.open(engine, (steered) => ({ primary: steered('app') }));
    await rig.child('app');
    const seen = Promise.withResolvers<unknown>();
    const end = rig.running.client.onUsage((usage) => {
      if (usage.has('primary')) seen.resolve(usage.get('primary'));
    });
    expect(await seen.promise).toMatchObject({ memory: expect.any(Number), processes: 1 });
    end();
  });
});

describe('on the fake engine alone', () => {
  test('a process has no pid, and its details say how to run a command beside it', async () => {
    await using rig = await EngineRig.open('fake', (steered) => ({ primary: steered('app') }));
    await rig.is('primary', 'ready');
    expect(rig.running.process('primary')).toMatchObject({ state: 'ready', pid: null });
    const details = await rig.running.client.details('primary');
    expect(details).toMatchObject({ enter: ['fake', 'exec', 'primary'], tree: [] });
  });

  test('a process that is stopped before it is there is ended all the same', async () => {
    await using rig = await EngineRig.open('fake', (steered) => ({ primary: steered('app') }));
    rig.stop();
    expect(await rig.exitCode()).toBe(0);
  });
});
