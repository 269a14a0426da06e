import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig, seqOf, statesOf, stop } from '../support/pod-rig.ts';
import type { JsonEvent, Run } from '../support/run.ts';

/** A probe's verdict within some 20 ms of the fact. */
const QUICK = { period: '20ms', failureThreshold: 1 };
/** Any second restart would come long after the test. */
const RARE_RESTARTS = { backoff: { initial: '60s' } };
const QUICK_RESTARTS = { backoff: { initial: '10ms', max: '10ms' } };

const eventsOf = (run: Run, name: string, state: string): JsonEvent[] =>
  run.events.filter((event) => event['name'] === name && event['state'] === state);

describe('the start', () => {
  test('waits for each init task to exit 0, and runs those that need each other one after the other', async () => {
    await using rig = await PodRig.open((steered) => ({
      init: { seed: steered('seed', { dependsOn: ['migrate'] }), migrate: steered('migrate') },
      primary: steered('app'),
    }));
    const run = rig.here();
    const migrate = await rig.child('migrate');
    expect(rig.steering.count('seed')).toBe(0);
    await migrate.exit(0);
    const seed = await rig.child('seed');
    expect(rig.steering.count('app')).toBe(0);
    await seed.exit(0);
    await rig.child('app');
    await run.state('primary', 'ready');
    const { events } = run;
    expect(seqOf(events, 'migrate', 'completed')).toBeLessThan(seqOf(events, 'seed', 'starting'));
    expect(seqOf(events, 'seed', 'completed')).toBeLessThan(seqOf(events, 'primary', 'starting'));
  });

  test('launches together what does not depend on each other', async () => {
    const readiness = { file: 'ready' };
    await using rig = await PodRig.open((steered) => ({
      init: { migrate: steered('migrate') },
      sidecars: { db: steered('db', { readiness }), cache: steered('cache', { readiness }) },
      primary: steered('app'),
    }));
    rig.here();
    // None of them waits for another: all are there while none has completed or become ready.
    const [migrate] = await Promise.all([rig.child('migrate'), rig.child('db'), rig.child('cache')]);
    expect(rig.steering.count('app')).toBe(0);
    await rig.project.write('ready', '');
    await migrate.exit(0);
    await rig.child('app');
  });

  test("goes past the gate 'started' once the startup probe has passed, ready or not", async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { startup: { file: 'up' }, readiness: { file: 'never' } }) },
      primary: steered('app', { dependsOn: { db: 'started' } }),
    }));
    const run = rig.here();
    await rig.child('db');
    expect(rig.steering.count('app')).toBe(0);
    await rig.project.write('up', '');
    await rig.child('app');
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running']);
    expect(seqOf(run.events, 'db', 'running')).toBeLessThan(seqOf(run.events, 'primary', 'starting'));
  });

  test("goes past the gate 'ready', which is the default, once the readiness probe passes", async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { readiness: { file: 'ready' } }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    await run.state('db', 'running');
    expect(rig.steering.count('app')).toBe(0);
    await rig.project.write('ready', '');
    await rig.child('app');
    expect(seqOf(run.events, 'db', 'ready')).toBeLessThan(seqOf(run.events, 'primary', 'starting'));
  });

  test("goes past the gate 'completed' when a sidecar that is done has exited 0", async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { loader: steered('loader', { restart: 'on-failure' }) },
      primary: steered('app', { dependsOn: { loader: 'completed' } }),
    }));
    const run = rig.here();
    const loader = await rig.child('loader');
    await run.state('loader', 'ready');
    expect(rig.steering.count('app')).toBe(0);
    await loader.exit(0);
    await rig.child('app');
  });

  test('lets a sidecar that depends on the primary come after it', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { proxy: steered('proxy', { dependsOn: ['primary'] }) },
      primary: steered('app', { readiness: { file: 'ready' } }),
    }));
    const run = rig.here();
    await rig.child('app');
    await run.state('primary', 'running');
    expect(rig.steering.count('proxy')).toBe(0);
    await rig.project.write('ready', '');
    await rig.child('proxy');
  });

  test('goes on without what is not required and has failed for good', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { metrics: steered('metrics', { restart: 'never', readiness: { file: 'never' } }) },
      primary: steered('app', { dependsOn: { metrics: { required: false } } }),
    }));
    const run = rig.here();
    const metrics = await rig.child('metrics');
    await run.state('metrics', 'running');
    expect(rig.steering.count('app')).toBe(0);
    await metrics.exit(1);
    await rig.child('app');
  });

  test('is given up when what is required has failed for good', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { restart: 'never', readiness: { file: 'never' } }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    await (await rig.child('db')).exit(1);
    expect(await run.exitCode()).toBe(1);
    expect(rig.steering.count('app')).toBe(0);
  });

  test('waits for the postStart hook, whose process runs meanwhile', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { postStart: 'touch hooked; until [ -e go ]; do sleep 0.02; done' }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    await rig.child('db');
    await rig.fileExists('hooked');
    await run.state('db', 'starting');
    expect(rig.steering.count('app')).toBe(0);
    expect(statesOf(run.events, 'db')).toEqual(['starting']);
    await rig.project.write('go', '');
    await rig.child('app');
  });
});

describe('the pod starts', () => {
  const sleeper = (name: string, fields: object = {}) => ({
    command: `touch started-${name}; exec sleep 300`,
    readiness: { file: `started-${name}` },
    ...fields,
  });
  const CONFIG = {
    sidecars: {
      db: sleeper('db'),
      cache: sleeper('cache'),
      tool: sleeper('tool', { autostart: false }),
      helper: sleeper('helper', { autostart: false }),
      api: sleeper('api', { autostart: false, dependsOn: ['helper', 'cache'] }),
    },
    primary: { command: 'touch started-primary', dependsOn: ['db', 'cache'] },
  };
  const started = (rig: PodRig): string[] =>
    readdirSync(rig.project.folder)
      .filter((entry) => entry.startsWith('started-'))
      .map((entry) => entry.replace('started-', ''))
      .toSorted();

  test('no process with autostart: false', async () => {
    await using rig = await PodRig.open(CONFIG);
    expect(await rig.here().exitCode()).toBe(0);
    expect(started(rig)).toEqual(['cache', 'db', 'primary']);
  });

  test('a process with autostart: false when something that starts depends on it', async () => {
    const primary = { ...CONFIG.primary, dependsOn: ['helper'] };
    await using rig = await PodRig.open({ sidecars: { helper: CONFIG.sidecars.helper }, primary });
    expect(await rig.here().exitCode()).toBe(0);
    expect(started(rig)).toEqual(['helper', 'primary']);
  });

  test('only the processes that --only names and what they depend on, without the primary', async () => {
    await using rig = await PodRig.open(CONFIG);
    const run = rig.here({ only: ['api'] });
    await run.state('api', 'ready');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(started(rig)).toEqual(['api', 'cache', 'helper']);
  });

  test('all processes but those that --without names, and nobody waits for those', async () => {
    await using rig = await PodRig.open(CONFIG);
    expect(await rig.here({ without: ['db'] }).exitCode()).toBe(0);
    expect(started(rig)).toEqual(['cache', 'primary']);
  });
});

describe('a sidecar', () => {
  test.each([
    ['exits 0', 'exit', 0],
    ['exits 3', 'exit', 3],
    ['is killed', 'die', 'SIGKILL'],
  ] as const)('that %s is restarted, and the primary never notices', async (_, how, what) => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
    }));
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await (how === 'exit' ? db.exit(what) : db.die(what));
    const again = await rig.child('db');
    expect(again.pid).not.toBe(db.pid);
    await run.event(
      'db is ready again',
      (event) => event['name'] === 'db' && event['state'] === 'ready' && event['restarts'] === 1,
    );
    expect(isAlive(app.pid)).toBe(true);
    expect(app.signals).toEqual([]);
    expect(statesOf(run.events, 'primary')).not.toContain('backoff');
  });

  test('is restarted at once the first time, then after a delay that doubles up to its maximum', async () => {
    const restart = { backoff: { initial: '40ms', max: '150ms' } };
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: { command: 'exit 1', restart } },
      primary: steered('app', { dependsOn: [] }),
    }));
    const run = rig.here();
    await run.event(
      'the sixth run',
      (event) => event['name'] === 'db' && event['state'] === 'starting' && event['restarts'] === 5,
    );
    const backoffs = eventsOf(run, 'db', 'backoff').slice(0, 5);
    expect(backoffs.map((event) => event['retryInMs'])).toEqual([0, 40, 80, 150, 150]);
    const starts = eventsOf(run, 'db', 'starting').map((event) => Date.parse(String(event['time'])));
    for (const [index, backoff] of backoffs.entries()) {
      const waited = (starts[index + 1] ?? 0) - Date.parse(String(backoff['time']));
      // Counted from a decision, of which a busy machine tells some milliseconds later.
      expect(waited).toBeGreaterThanOrEqual(Number(backoff['retryInMs']) - 20);
    }
  });

  test('that has run for long enough is restarted at once again', async () => {
    const restart = { backoff: { initial: '60s' }, resetAfter: '1ms' };
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { restart }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    for (let runs = 0; runs < 3; runs++) await (await rig.child('db')).exit(1);
    await rig.child('db');
    expect(eventsOf(run, 'db', 'backoff').map((event) => event['retryInMs'])).toEqual([0, 0, 0]);
  });

  test('that is never restarted stays down, and the pod goes on', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { restart: 'never' }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await db.exit(2);
    expect(await run.state('db', 'failed')).toMatchObject({ exitCode: 2, signal: null });
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(app.signals).toEqual([]);
    expect(rig.steering.count('db')).toBe(1);
  });

  test('that is essential ends the pod in order when it is down for good', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { restart: 'never', essential: true }), cache: steered('cache') },
      primary: steered('app'),
    }));
    const run = rig.here();
    const [db, app, cache] = await Promise.all([rig.child('db'), rig.child('app'), rig.child('cache')]);
    await db.exit(0);
    expect(await run.exitCode()).toBe(1);
    expect([app.signals, cache.signals]).toEqual([['SIGTERM'], ['SIGTERM']]);
    expect(seqOf(run.events, 'primary', 'stopped')).toBeLessThan(seqOf(run.events, 'cache', 'stopped'));
  });
});

describe('an init task', () => {
  test('is retried on failure when it asks for it, and never runs again once it has completed', async () => {
    const restart = { policy: 'on-failure', ...QUICK_RESTARTS };
    await using rig = await PodRig.open((steered) => ({
      init: { migrate: steered('migrate', { restart }) },
      sidecars: { db: steered('db', { dependsOn: ['migrate'], restart: QUICK_RESTARTS }) },
      primary: steered('app', { restart }),
    }));
    const run = rig.here();
    await (await rig.child('migrate')).exit(1);
    await (await rig.child('migrate')).exit(1);
    expect(rig.steering.count('app') + rig.steering.count('db')).toBe(0);
    await (await rig.child('migrate')).exit(0);
    await (await rig.child('app')).exit(1);
    await (await rig.child('db')).exit(1);
    await rig.child('db');
    await (await rig.child('app')).exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(rig.steering.count('migrate')).toBe(3);
    expect(statesOf(run.events, 'migrate').filter((state) => state === 'completed')).toHaveLength(1);
  });
});

describe('the primary', () => {
  test.each([
    ['on-failure', 1],
    ['always', 0],
  ])(
    'with the policy %s is restarted after exit code %i, and the sidecars never notice',
    async (policy, code) => {
      await using rig = await PodRig.open((steered) => ({
        sidecars: { db: steered('db') },
        primary: steered('app', { restart: { policy, ...RARE_RESTARTS } }),
      }));
      const run = rig.here();
      const db = await rig.child('db');
      await (await rig.child('app')).exit(code);
      await rig.child('app');
      expect(db.signals).toEqual([]);
      expect(isAlive(db.pid)).toBe(true);
      expect(statesOf(run.events, 'db')).toEqual(['starting', 'ready']);
      await stop(run);
    },
  );

  test('with the policy on-failure that exits 0 ends the pod', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { restart: 'on-failure' }),
    }));
    const run = rig.here();
    await (await rig.child('app')).exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(rig.steering.count('app')).toBe(1);
  });
});

describe('a probe', () => {
  test('of readiness that begins to fail makes its process unready, and ready again later: nothing is restarted', async () => {
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: { db: steered('db', { readiness: { file: 'ok', ...QUICK } }) },
        primary: steered('app'),
      }),
      { ok: '' },
    );
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    await rig.remove('ok');
    await eventually('db to be running', () => statesOf(run.events, 'db').length === 4);
    await rig.project.write('ok', '');
    await eventually('db to be ready again', () => statesOf(run.events, 'db').length === 5);
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running', 'ready', 'running', 'ready']);
    expect([...db.signals, ...app.signals]).toEqual([]);
    expect(rig.steering.count('db')).toBe(1);
  });

  test('of liveness that fails stops its process with hook, signal, grace and kill, and then restarts it', async () => {
    const db = {
      liveness: { file: 'alive', ...QUICK, grace: '150ms' },
      preStop: 'touch hooked; until [ -e go ]; do sleep 0.02; done',
    };
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: { db: steered('db', db) },
        primary: steered('app'),
        stop: { grace: '10m', minimumGrace: '10m' },
      }),
      { alive: '' },
    );
    const run = rig.here();
    const first = await rig.child('db');
    const app = await rig.child('app');
    await first.ignore('SIGTERM');
    await rig.remove('alive');
    await rig.fileExists('hooked');
    await rig.project.write('alive', '');
    expect(await run.state('db', 'stopping')).toMatchObject({ reason: expect.stringContaining('liveness') });
    await first.signalled('SIGTERM');
    await rig.child('db');
    expect(isAlive(first.pid)).toBe(false);
    expect(await run.state('db', 'backoff')).toMatchObject({ signal: 'SIGKILL', retryInMs: 0 });
    expect(app.signals).toEqual([]);
    await rig.project.write('go', '');
  });

  test('of startup kills its process when its budget is used up, and the policy decides', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { startup: { file: 'never', period: '150ms', failureThreshold: 4 } }) },
      primary: steered('app'),
    }));
    const run = rig.here();
    const first = await rig.child('db');
    await first.signalled('SIGTERM');
    await rig.child('db');
    // Told of before the launch, from which on the budget counts.
    const podStart = await run.state('shop', 'starting');
    const stopping = await run.state('db', 'stopping');
    const took = Date.parse(String(stopping['time'])) - Date.parse(String(podStart['time']));
    // 0 + 4 × 150 ms; times are told in whole milliseconds.
    expect(took).toBeGreaterThanOrEqual(599);
    expect(stopping).toMatchObject({ previous: 'starting', reason: expect.stringContaining('startup') });
    expect(rig.steering.count('app')).toBe(0);
  });
});

describe('a postStart hook that fails', () => {
  test('has its process stopped and restarted; what depends on it is not started', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        db: steered('db', {
          postStart: 'until [ -e go ]; do sleep 0.02; done; exit 3',
          restart: RARE_RESTARTS,
        }),
      },
      primary: steered('app'),
    }));
    const run = rig.here();
    const first = await rig.child('db');
    await rig.project.write('go', '');
    await first.signalled('SIGTERM');
    expect(await run.state('db', 'stopping')).toMatchObject({ reason: expect.stringContaining('postStart') });
    await run.state('db', 'backoff');
    expect(rig.steering.count('app')).toBe(0);
  });
});

describe('dependents of a restarted process', () => {
  test('follow it when they asked for it, once it is ready again; others are left alone', async () => {
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: {
          db: steered('db', { readiness: { file: 'ready' } }),
          api: steered('api', { dependsOn: { db: { restart: true } } }),
          cache: steered('cache', { dependsOn: ['db'] }),
        },
        primary: steered('app'),
      }),
      { ready: '' },
    );
    const run = rig.here();
    const [db, api, cache, app] = await Promise.all(
      ['db', 'api', 'cache', 'app'].map((name) => rig.child(name)),
    );
    await rig.remove('ready');
    await db?.exit(1);
    await api?.signalled('SIGTERM');
    await rig.child('db');
    await run.event(
      'api waits',
      (event) => event['name'] === 'api' && event['state'] === 'pending' && event['previous'] === 'stopping',
    );
    expect(rig.steering.count('api')).toBe(1);
    await rig.project.write('ready', '');
    await rig.child('api');
    expect([cache?.signals, app?.signals]).toEqual([[], []]);
    expect([rig.steering.count('cache'), rig.steering.count('app')]).toEqual([1, 1]);
  });
});
