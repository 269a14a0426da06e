import { describe, expect, test } from 'vitest';
import type { ReloadPlan } from '../../src/model/planned-reload.ts';
import { CoreDriver } from '../support/core-driver.ts';
import { wovenPod } from '../support/pod-spec.ts';

describe('a stop of a process', () => {
  test('leaves it down, and the others go on', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'redis');
    pod.exits('redis', 'SIGTERM');
    pod.advance(60_000);
    expect(pod.states()).toEqual({ redis: 'stopped', app: 'ready' });
    expect(pod.lastReport('redis')).toMatchObject({
      reason: { kind: 'stop-requested' },
      exit: { signal: 'SIGTERM' },
    });
    expect(pod.did()).toEqual(['launch redis', 'launch app', 'signal redis SIGTERM']);
  });

  test('does not end the pod when it is the primary', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
    pod.start();
    pod.exits('migrate', 0);
    pod.request('stop', 'app');
    pod.exits('app', 1);
    expect(pod.state('app')).toBe('stopped');
    expect(pod.exitCode).toBeNull();
    pod.request('start', 'app');
    expect(pod.state('app')).toBe('ready');
  });

  test('cancels the launch of one that waits for its dependencies', () => {
    const pod = new CoreDriver({
      redis: { readiness: {} },
      studio: { dependsOn: ['redis'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.request('stop', 'studio');
    expect(pod.state('studio')).toBe('stopped');
    pod.probe('redis', 'readiness', true);
    expect(pod.launches('studio')).toEqual([]);
  });

  test('cancels the restart of one that waits for it', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    pod.request('stop', 'redis');
    expect(pod.state('redis')).toBe('stopped');
    pod.advance(60_000);
    expect(pod.launches('redis')).toEqual([0, 0]);
  });

  test('overtakes a kill by a probe, so that no restart follows', () => {
    const pod = new CoreDriver({ redis: { liveness: { failureThreshold: 1 } }, app: {} });
    pod.start();
    pod.probe('redis', 'liveness', false);
    pod.request('stop', 'redis');
    pod.exits('redis', 'SIGTERM');
    expect(pod.state('redis')).toBe('stopped');
  });

  test('overtakes a restart', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('restart', 'redis');
    pod.request('stop', 'redis');
    pod.exits('redis', 'SIGTERM');
    expect(pod.state('redis')).toBe('stopped');
  });
});

describe('a start', () => {
  test('brings back what was stopped', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'redis');
    pod.exits('redis', 0);
    pod.request('start', 'redis');
    expect(pod.state('redis')).toBe('ready');
  });

  test('during the stop of a process lets it go down and brings it back', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'redis');
    pod.request('start', 'redis');
    expect(pod.state('redis')).toBe('stopping');
    pod.exits('redis', 0);
    expect(pod.state('redis')).toBe('ready');
  });

  test('does nothing to what is up', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    const before = pod.commands.length;
    pod.request('start', 'redis');
    expect(pod.commands).toHaveLength(before);
  });

  test('takes along what it depends on and is not there, in order', () => {
    const pod = new CoreDriver({
      db: { desired: false, readiness: {} },
      cache: { desired: false },
      studio: { desired: false, dependsOn: ['db', { process: 'cache', required: false }] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.did();
    pod.request('start', 'studio');
    expect(pod.did()).toEqual(['launch db']);
    expect(pod.lastReport('studio')).toMatchObject({ state: 'pending', previous: 'stopped' });
    pod.probe('db', 'readiness', true);
    expect(pod.did()).toEqual(['launch studio']);
    expect(pod.state('cache')).toBe('stopped');
  });

  test('leaves alone what it would go on without', () => {
    const pod = new CoreDriver({
      cache: {},
      studio: { desired: false, dependsOn: [{ process: 'cache', required: false }] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.request('stop', 'cache');
    pod.request('start', 'studio');
    pod.exits('cache', 0);
    expect(pod.states()).toMatchObject({ cache: 'stopped', studio: 'ready' });
  });

  test('looks at each process once, however the graph is woven', () => {
    const pod = new CoreDriver(wovenPod(25));
    pod.start();
    pod.request('start', 'top');
    expect(pod.launches('a0')).toEqual([0]);
  });

  test('takes along what has failed, but no init task that has run', () => {
    const pod = new CoreDriver({
      seed: { role: 'init' },
      db: { restart: 'never', dependsOn: ['seed'] },
      studio: { desired: false, dependsOn: ['db', 'seed'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.exits('seed', 0);
    pod.exits('db', 1);
    pod.did();
    pod.request('start', 'studio');
    expect(pod.did()).toEqual(['launch db', 'launch studio']);
  });

  test('tries an init task again that has failed', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, app: { dependsOn: [] } });
    pod.start();
    pod.exits('seed', 1);
    pod.request('start', 'seed');
    expect(pod.state('seed')).toBe('ready');
  });
});

describe('a restart', () => {
  test('stops with everything a stop has, and launches again', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.did();
    pod.request('restart', 'redis');
    pod.hookEnds('redis', 'preStop');
    pod.exits('redis', 'SIGTERM');
    expect(pod.did()).toEqual(['run redis preStop', 'signal redis SIGTERM', 'launch redis']);
    expect(pod.reports('redis').map(({ state }) => state)).toEqual([
      'starting',
      'ready',
      'stopping',
      'starting',
      'ready',
    ]);
  });

  test('of the primary does not end the pod, whatever that exits with', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('restart', 'app');
    pod.exits('app', 1);
    expect(pod.states()).toEqual({ redis: 'ready', app: 'ready' });
  });

  test('takes those along that restart with it: down in reverse order, up in order', () => {
    const withIt = (process: string) => [{ process, restart: true }];
    const pod = new CoreDriver({
      db: { readiness: {} },
      api: { dependsOn: withIt('db') },
      web: { dependsOn: withIt('api') },
      other: { dependsOn: ['db'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.probe('db', 'readiness', true);
    pod.did();
    pod.request('restart', 'db');
    pod.exits('web', 0);
    pod.exits('api', 0);
    pod.exits('db', 0);
    expect(pod.did()).toEqual(['signal web SIGTERM', 'signal api SIGTERM', 'signal db SIGTERM', 'launch db']);
    expect(pod.lastReport('api')).toMatchObject({
      state: 'pending',
      reason: { kind: 'waits' },
      exit: { code: 0 },
    });
    pod.probe('db', 'readiness', true);
    expect(pod.did()).toEqual(['launch api', 'launch web']);
    expect(pod.explain('other').restarts).toBe(0);
  });

  test('after a crash takes along those that restart with it too', () => {
    const pod = new CoreDriver({
      proxy: { readiness: {} },
      app: { dependsOn: [{ process: 'proxy', restart: true }] },
    });
    pod.start();
    pod.probe('proxy', 'readiness', true);
    pod.did();
    pod.exits('proxy', 1);
    expect(pod.lastReport('app')).toMatchObject({
      state: 'stopping',
      reason: { kind: 'dependency-restarts', process: 'proxy' },
    });
    pod.probe('proxy', 'readiness', true);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'launch proxy']);
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['launch app']);
  });

  test('whose process cannot come back ends the pod when the primary was to follow it', () => {
    const pod = new CoreDriver({
      proxy: { restart: { limit: { restarts: 1, within: 60_000 } } },
      app: { dependsOn: [{ process: 'proxy', restart: true }] },
    });
    pod.start();
    pod.exits('proxy', 1);
    pod.exits('proxy', 1);
    expect(pod.state('app')).toBe('stopping');
    pod.exits('app', 0);
    expect(pod.pod.stop?.reason).toMatchObject({ kind: 'cannot-start', process: 'app' });
    expect(pod.exitCode).toBe(1);
  });

  test('of an init task that exits 0 before it gets its signal is not needed any more', () => {
    const pod = new CoreDriver({ migrate: { role: 'init', preStop: true }, app: {} });
    pod.start();
    pod.request('restart', 'migrate');
    pod.exits('migrate', 0);
    expect(pod.launches('migrate')).toHaveLength(1);
    expect(pod.states()).toEqual({ migrate: 'completed', app: 'ready' });
  });

  test('of what is down starts it', () => {
    const pod = new CoreDriver({ fetch: { restart: 'never' }, app: { dependsOn: [] } });
    pod.start();
    pod.exits('fetch', 1);
    pod.request('restart', 'fetch');
    expect(pod.state('fetch')).toBe('ready');
  });

  test('during another one makes one restart', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.request('restart', 'redis');
    pod.request('restart', 'redis');
    pod.exits('redis', 0);
    expect(pod.did()).toEqual(['signal redis SIGTERM', 'launch redis']);
  });

  test('turns the kill of a probe into a restart, whatever the policy', () => {
    const pod = new CoreDriver({ app: { liveness: { failureThreshold: 1 } } });
    pod.start();
    pod.probe('app', 'liveness', false);
    pod.request('restart', 'app');
    pod.exits('app', 'SIGTERM');
    expect(pod.state('app')).toBe('ready');
  });
});

describe('a request', () => {
  test('is refused when it names a process that does not exist', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    expect(pod.request('start', 'rdis')).toEqual({ ok: false, because: 'unknown-process' });
    expect(pod.events().at(-1)).toEqual({
      type: 'refused',
      name: 'rdis',
      request: 'start',
      because: 'unknown-process',
    });
  });

  test('to restart an init task that has completed runs it again', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
    pod.start();
    pod.exits('migrate', 0);
    pod.did();
    pod.request('restart', 'migrate');
    expect(pod.did()).toEqual(['launch migrate']);
    pod.exits('migrate', 0);
    expect(pod.states()).toEqual({ migrate: 'completed', app: 'ready' });
  });

  test('to start an init task that has run is refused', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
    pod.start();
    pod.exits('migrate', 0);
    expect(pod.request('start', 'migrate')).toEqual({ ok: false, because: 'init-task-ran' });
    expect(pod.events().at(-1)).toMatchObject({ type: 'refused', because: 'init-task-ran' });
    expect(pod.state('migrate')).toBe('completed');
  });

  test.each(['start', 'stop', 'restart'] as const)(
    'to %s a process is refused while the pod stops',
    (request) => {
      const pod = new CoreDriver({ redis: {}, app: {} });
      pod.start();
      pod.stop();
      expect(pod.request(request, 'redis')).toEqual({ ok: false, because: 'pod-stops' });
      expect(pod.events().at(-1)).toMatchObject({ type: 'refused', because: 'pod-stops' });
    },
  );
});

describe('the core answers', () => {
  test('that it carries a request out', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    for (const request of ['stop', 'start', 'restart', 'kill'] as const)
      expect(pod.request(request, 'redis')).toEqual({ ok: true, plan: null });
    expect(pod.restartAll()).toEqual({ ok: true, plan: null });
  });

  test('to a reload what happens to each process', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    const { plan } = pod.reload({ redis: {}, app: {}, queue: {} }) as { plan: ReloadPlan };
    expect(plan.map(({ action, process }) => `${action} ${process}`)).toEqual([
      'keep redis',
      'start queue',
      'update app',
    ]);
  });

  test('that it does neither a restart of all nor a reload during the stop', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.stop();
    pod.did();
    expect(pod.restartAll()).toEqual({ ok: false, because: 'pod-stops' });
    expect(pod.reload({ app: {} })).toEqual({ ok: false, because: 'pod-stops' });
    expect(pod.did()).toEqual([]);
  });

  test('to a stop and a kill at any time', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    expect(pod.stop()).toEqual({ ok: true, plan: null });
    expect(pod.stop(0)).toEqual({ ok: true, plan: null });
    expect(pod.kill()).toEqual({ ok: true, plan: null });
    pod.exits('app', 'SIGKILL');
    expect(pod.exitCode).not.toBeNull();
    expect(pod.stop()).toEqual({ ok: true, plan: null });
    expect(pod.kill()).toEqual({ ok: true, plan: null });
  });

  test('nobody when nobody waits for an answer', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.send({ type: 'stop', by: 'SIGINT', grace: null, id: null });
    expect(pod.replies.size).toBe(0);
  });
});

describe('a kill', () => {
  test('ends a process now, without hook and signal, and it stays down', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.did();
    pod.request('kill', 'redis');
    expect(pod.did()).toEqual(['kill redis']);
    pod.exits('redis', 'SIGKILL');
    pod.advance(60_000);
    expect(pod.states()).toEqual({ redis: 'stopped', app: 'ready' });
    pod.request('start', 'redis');
    expect(pod.state('redis')).toBe('ready');
  });

  test('overtakes a stop that waits for its hook', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.request('stop', 'redis');
    pod.did();
    pod.request('kill', 'redis');
    expect(pod.did()).toEqual(['kill redis']);
  });

  test('of what waits to be restarted takes the restart away', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    pod.request('kill', 'redis');
    expect(pod.state('redis')).toBe('stopped');
  });

  test('of the primary does not end the pod', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.request('kill', 'app');
    pod.exits('app', 'SIGKILL');
    expect(pod.exitCode).toBeNull();
  });
});

describe('a restart of all', () => {
  test('goes down in reverse order and comes up in order', () => {
    const pod = new CoreDriver({ redis: { readiness: {} }, app: { dependsOn: ['redis'] } });
    pod.start();
    pod.probe('redis', 'readiness', true);
    pod.did();
    pod.restartAll();
    expect(pod.did()).toEqual(['signal app SIGTERM']);
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['signal redis SIGTERM']);
    pod.exits('redis', 'SIGTERM');
    expect(pod.did()).toEqual(['launch redis']);
    pod.probe('redis', 'readiness', true);
    expect(pod.did()).toEqual(['launch app']);
    expect(pod.exitCode).toBeNull();
  });

  test('leaves down what was stopped, and init tasks that have run', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, redis: {}, app: { dependsOn: ['seed'] } });
    pod.start();
    pod.exits('seed', 0);
    pod.request('stop', 'redis');
    pod.exits('redis', 0);
    pod.did();
    pod.restartAll();
    pod.exits('app', 'SIGTERM');
    expect(pod.states()).toMatchObject({ seed: 'completed', redis: 'stopped' });
    expect(pod.launches('redis')).toHaveLength(1);
  });

  test('takes along what was stopped and is needed, as a restart of one does', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: ['redis'] } });
    pod.start();
    pod.request('stop', 'redis');
    pod.exits('redis', 0);
    pod.restartAll();
    pod.exits('app', 'SIGTERM');
    expect(pod.states()).toEqual({ redis: 'ready', app: 'ready' });
  });

  test('starts at once what waits to be restarted', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    expect(pod.state('redis')).toBe('backoff');
    pod.restartAll();
    expect(pod.state('redis')).toBe('ready');
  });

  test('does nothing once the pod stops', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    const before = pod.commands.length;
    pod.restartAll();
    expect(pod.commands).toHaveLength(before);
  });
});
