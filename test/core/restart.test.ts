import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';

/** Launch times of a sidecar that dies the moment it is there, until it has been launched `times` times. */
const launchesWhenDyingAtOnce = (pod: CoreDriver, times: number): number[] => {
  while (pod.launches('redis').length < times) {
    pod.exits('redis', 1);
    if (!pod.live.has('redis')) pod.advance((pod.nextTimer()?.at ?? pod.now) - pod.now);
  }
  return pod.launches('redis');
};

describe('back-off', () => {
  test('is nothing for the first restart, then 1 s, doubling up to 60 s', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    expect(launchesWhenDyingAtOnce(pod, 10)).toEqual([
      0, 0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000,
    ]);
  });

  test('follows the curve of the config', () => {
    const restart = { backoff: { initial: 100, factor: 3, max: 500 } };
    const pod = new CoreDriver({ redis: { restart }, app: { dependsOn: [] } });
    pod.start();
    expect(launchesWhenDyingAtOnce(pod, 6)).toEqual([0, 0, 100, 400, 900, 1_400]);
  });

  test('that starts at nothing stays at nothing, however often the process dies', () => {
    const restart = { backoff: { initial: 0, factor: 2, max: 60_000 } };
    const pod = new CoreDriver({ redis: { restart }, app: { dependsOn: [] } });
    pod.start();
    for (let death = 0; death < 1_100; death++) pod.exits('redis', 1);
    expect(pod.state('redis')).toBe('ready');
    expect(pod.now).toBe(0);
  });

  test('is forgotten after a run of 10 s', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    launchesWhenDyingAtOnce(pod, 4);
    pod.advance(10_000);
    pod.exits('redis', 1);
    expect(pod.lastReport('redis')?.state).toBe('ready');
    pod.exits('redis', 1);
    expect(pod.lastReport('redis')).toMatchObject({ state: 'backoff', retryIn: 1_000 });
  });

  test('is not forgotten after a shorter run', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    launchesWhenDyingAtOnce(pod, 4);
    pod.advance(9_999);
    pod.exits('redis', 1);
    expect(pod.lastReport('redis')).toMatchObject({ state: 'backoff', retryIn: 4_000 });
  });

  test('is counted for each process by itself', () => {
    const pod = new CoreDriver({ redis: {}, proxy: {}, app: { dependsOn: [] } });
    pod.start();
    launchesWhenDyingAtOnce(pod, 4);
    pod.exits('proxy', 1);
    expect(pod.state('proxy')).toBe('ready');
  });

  test('of nothing is reported with the exit, and then the start is', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    expect(pod.reports('redis').slice(2)).toMatchObject([
      {
        state: 'backoff',
        previous: 'ready',
        exit: { code: 1, signal: null },
        restarts: 0,
        retryIn: 0,
        reason: { kind: 'exited', exit: { status: 1 } },
      },
      { state: 'starting', previous: 'backoff', exit: null, restarts: 1, retryIn: null },
      { state: 'ready', previous: 'starting', restarts: 1 },
    ]);
  });
});

describe('the restart policy', () => {
  test.each([0, 1, 'SIGKILL'] as const)('restarts a sidecar whatever it exits with: %s', (end) => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('redis', end);
    expect(pod.states()).toEqual({ redis: 'ready', app: 'ready' });
    expect(pod.did()).toEqual(['launch redis', 'launch app', 'launch redis']);
  });

  test('`on-failure` restarts after a failure and is done after 0', () => {
    const pod = new CoreDriver({ fetch: { restart: 'on-failure' }, app: { dependsOn: [] } });
    pod.start();
    pod.exits('fetch', 1);
    expect(pod.state('fetch')).toBe('ready');
    pod.exits('fetch', 0);
    expect(pod.state('fetch')).toBe('completed');
  });

  test('`never` leaves a process down, and the pod goes on', () => {
    const pod = new CoreDriver({ fetch: { restart: 'never' }, app: { dependsOn: [] } });
    pod.start();
    pod.exits('fetch', 1);
    expect(pod.states()).toEqual({ fetch: 'failed', app: 'ready' });
    expect(pod.lastReport('fetch')).toMatchObject({ reason: { kind: 'exited', exit: { status: 1 } } });
  });

  test('never runs an init task again that has exited 0', () => {
    const pod = new CoreDriver({ migrate: { role: 'init', restart: 'always' }, app: { restart: 'always' } });
    pod.start();
    pod.exits('migrate', 1);
    pod.exits('migrate', 0);
    pod.exits('app', 1);
    expect(pod.did()).toEqual(['launch migrate', 'launch migrate', 'launch app', 'launch app']);
  });

  test('restarts a primary without touching the sidecars', () => {
    const pod = new CoreDriver({ redis: {}, app: { restart: 'on-failure' } });
    pod.start();
    pod.exits('app', 1);
    expect(pod.did()).toEqual(['launch redis', 'launch app', 'launch app']);
    pod.exits('app', 0);
    expect(pod.pod.stop?.reason).toMatchObject({ kind: 'primary-ended', exit: { status: 0 } });
  });

  test('gives a process up after more restarts than its limit inside the window', () => {
    const restart = { limit: { restarts: 2, within: 60_000 } };
    const pod = new CoreDriver({ redis: { restart }, app: { dependsOn: [] } });
    pod.start();
    launchesWhenDyingAtOnce(pod, 3);
    pod.exits('redis', 7);
    expect(pod.lastReport('redis')).toMatchObject({
      state: 'failed',
      reason: { kind: 'gave-up', restarts: 2, within: 60_000, exit: { status: 7 } },
    });
    expect(pod.state('app')).toBe('ready');
  });

  test('does not count restarts that lie further back than the window', () => {
    const restart = { limit: { restarts: 2, within: 30_000 } };
    const pod = new CoreDriver({ redis: { restart }, app: { dependsOn: [] } });
    pod.start();
    for (let run = 0; run < 6; run++) {
      pod.advance(20_000);
      pod.exits('redis', 1);
    }
    expect(pod.state('redis')).toBe('ready');
  });

  test('restarts nobody along with a process that cannot start again because of what it depends on', () => {
    const pod = new CoreDriver({
      seed: { restart: { policy: 'never' } },
      web: { dependsOn: ['seed'] },
      proxy: { dependsOn: [{ process: 'web', restart: true }] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.exits('seed', 1);
    pod.exits('web', 1);
    expect(pod.states()).toMatchObject({ web: 'pending', proxy: 'ready' });
  });

  test('forgets back-off and limit at a restart by hand', () => {
    const restart = { limit: { restarts: 2, within: 60_000 } };
    const pod = new CoreDriver({ redis: { restart }, app: { dependsOn: [] } });
    pod.start();
    launchesWhenDyingAtOnce(pod, 3);
    pod.request('restart', 'redis');
    pod.exits('redis', 'SIGTERM');
    pod.exits('redis', 1);
    expect(pod.state('redis')).toBe('ready');
    pod.exits('redis', 1);
    expect(pod.lastReport('redis')).toMatchObject({ state: 'backoff', retryIn: 1_000 });
  });

  test('has its back-off cut short by a start by hand', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    expect(pod.state('redis')).toBe('backoff');
    pod.request('start', 'redis');
    expect(pod.state('redis')).toBe('ready');
    pod.advance(60_000);
    expect(pod.launches('redis')).toEqual([0, 0, 0]);
  });
});

describe('an essential process', () => {
  test('stops the pod with 1 when its restarts are used up', () => {
    const restart = { limit: { restarts: 1, within: 60_000 } };
    const pod = new CoreDriver({ shipper: { essential: true, restart }, app: {} });
    pod.start();
    pod.exits('shipper', 1);
    expect(pod.state('app')).toBe('ready');
    pod.exits('shipper', 2);
    expect(pod.pod.stop?.reason).toMatchObject({
      kind: 'essential-ended',
      process: 'shipper',
      exit: { status: 2 },
    });
    expect(pod.did()).toContain('signal app SIGTERM');
    pod.exits('app', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('stops the pod with 1 when it ends under `never`, even with 0', () => {
    const pod = new CoreDriver({ shipper: { essential: true, restart: 'never' }, app: {} });
    pod.start();
    pod.exits('shipper', 0);
    pod.exits('app', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('does not stop the pod when it is an init task that completes', () => {
    const pod = new CoreDriver({ migrate: { role: 'init', essential: true }, app: {} });
    pod.start();
    pod.exits('migrate', 0);
    expect(pod.state('app')).toBe('ready');
  });

  test('that can never be launched counts as ended', () => {
    const pod = new CoreDriver({
      seed: { role: 'init' },
      shipper: { essential: true, dependsOn: ['seed'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.exits('seed', 1);
    pod.exits('app', 'SIGTERM');
    expect(pod.pod.stop?.reason).toEqual({ kind: 'essential-ended', process: 'shipper', exit: null });
    expect(pod.exitCode).toBe(1);
  });

  test('that was stopped by hand does not count as ended', () => {
    const pod = new CoreDriver({ shipper: { essential: true }, app: {} });
    pod.start();
    pod.request('stop', 'shipper');
    pod.exits('shipper', 'SIGTERM');
    expect(pod.states()).toEqual({ shipper: 'stopped', app: 'ready' });
    expect(pod.pod.phase).toBe('running');
  });
});
