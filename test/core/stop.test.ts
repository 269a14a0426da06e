import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { podSpec } from '../support/pod-spec.ts';

describe('the order of a stop', () => {
  test('the primary goes first, then the sidecars in reverse start order', () => {
    const pod = new CoreDriver({ redis: {}, queue: { dependsOn: ['redis'] }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('app', 0);
    pod.exits('queue', 0);
    pod.exits('redis', 0);
    expect(pod.did()).toEqual([
      'signal app SIGTERM',
      'signal queue SIGTERM',
      'signal redis SIGTERM',
      'end 0',
    ]);
  });

  test('sidecars go after the primary even where it does not depend on them', () => {
    const pod = new CoreDriver({ tailer: {}, app: { dependsOn: [] } });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.did()).toEqual(['signal app SIGTERM']);
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal tailer SIGTERM']);
  });

  test('a sidecar that depends on the primary goes before it', () => {
    const pod = new CoreDriver({ proxy: { dependsOn: ['app'] }, redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('proxy', 0);
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal proxy SIGTERM', 'signal app SIGTERM', 'signal redis SIGTERM']);
  });

  test('those that do not depend on each other get their signals together', () => {
    const pod = new CoreDriver({ redis: {}, queue: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('app', 0);
    expect(pod.did().toSorted()).toEqual([
      'signal app SIGTERM',
      'signal queue SIGTERM',
      'signal redis SIGTERM',
    ]);
  });

  test('what is not there counts as gone', () => {
    const pod = new CoreDriver({ redis: {}, queue: { dependsOn: ['redis'], restart: 'never' }, app: {} });
    pod.start();
    pod.exits('queue', 1);
    pod.did();
    pod.stop();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'signal redis SIGTERM']);
  });

  test('it is the same when the primary ends by itself', () => {
    const pod = new CoreDriver({ redis: {}, queue: { dependsOn: ['redis'] }, app: {} });
    pod.start();
    pod.did();
    pod.exits('app', 4);
    pod.exits('queue', 9);
    pod.exits('redis', 9);
    expect(pod.did()).toEqual(['signal queue SIGTERM', 'signal redis SIGTERM', 'end 4']);
  });

  test('what depends on the primary goes before the other sidecars, also when the primary is gone', () => {
    const pod = new CoreDriver({ tailer: {}, app: { dependsOn: [] }, proxy: { dependsOn: ['app'] } });
    pod.start();
    pod.did();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal proxy SIGTERM']);
    pod.exits('proxy', 0);
    expect(pod.did()).toEqual(['signal tailer SIGTERM']);
  });

  test('a process gets the signal that its config names', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    expect(pod.did()).toContain('signal app SIGINT');
  });
});

describe('the grace of a stop', () => {
  test('is shared: a deaf primary leaves the sidecars the minimum', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGKILL');
    pod.advance(2_000);
    expect(pod.timeline()).toEqual([
      '0 signal app SIGTERM',
      '10000 signal redis SIGTERM',
      '10000 kill app',
      '12000 kill redis',
    ]);
  });

  test('a stop in which nobody listens takes grace + minimumGrace', () => {
    const pod = new CoreDriver({
      redis: {},
      queue: { dependsOn: ['redis'] },
      app: {},
      proxy: { dependsOn: ['app'] },
    });
    pod.start();
    pod.did();
    pod.stop();
    pod.advance(12_000);
    expect(pod.timeline()).toEqual([
      '0 signal proxy SIGTERM',
      '10000 signal redis SIGTERM',
      '10000 signal queue SIGTERM',
      '10000 signal app SIGTERM',
      '10000 kill proxy',
      '12000 kill redis',
      '12000 kill queue',
      '12000 kill app',
    ]);
  });

  test('a late signal is followed by the minimum, not by what is left of the grace', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.advance(9_500);
    pod.exits('app', 0);
    pod.advance(2_000);
    expect(pod.timeline().slice(1)).toEqual(['9500 signal redis SIGTERM', '11500 kill redis']);
  });

  test('a process’s own grace is the most it gets', () => {
    const pod = new CoreDriver({ redis: { stop: { grace: 500 } }, app: { stop: { grace: 60_000 } } });
    pod.start();
    pod.did();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGKILL');
    pod.advance(500);
    expect(pod.timeline()).toEqual([
      '0 signal app SIGTERM',
      '10000 signal redis SIGTERM',
      '10000 kill app',
      '10500 kill redis',
    ]);
  });

  test('a stop of one process has the process’s own, longer than the pod’s', () => {
    const pod = new CoreDriver({ redis: { stop: { grace: 60_000 } }, app: {} });
    pod.start();
    pod.did();
    pod.request('stop', 'redis');
    pod.advance(60_000);
    expect(pod.timeline()).toEqual(['0 signal redis SIGTERM', '60000 kill redis']);
  });

  test('the request may bring its own', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop(30_000);
    pod.advance(30_000);
    expect(pod.timeline().at(-1)).toBe('30000 kill app');
  });

  test('a process that does not even go when killed is written off: the stop ends', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 0);
    pod.advance(15_000);
    expect(pod.timeline().slice(-2)).toEqual(['10000 kill redis', '15000 end 0']);
  });
});

describe('a stop that comes at an odd time', () => {
  test('during the start: what waits is not launched, what starts is stopped', () => {
    const pod = new CoreDriver({ redis: { startup: {} }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.states()).toEqual({ redis: 'stopping', app: 'stopped' });
    pod.exits('redis', 'SIGTERM');
    expect(pod.did()).toEqual(['signal redis SIGTERM', 'end 0']);
  });

  test('between launch command and launch: the process is stopped like any other', () => {
    const pod = new CoreDriver({ app: {} }, { launches: 'by-hand' });
    pod.start();
    pod.stop();
    pod.launched('app');
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['launch app', 'signal app SIGTERM', 'end 0']);
    expect(pod.reports('app').map(({ state }) => state)).toEqual(['starting', 'stopping', 'stopped']);
  });

  test('before anything has been started', () => {
    const pod = new CoreDriver({ app: {} });
    pod.stop();
    expect(pod.did()).toEqual(['end 0']);
    pod.start(1_000);
    pod.advance(10_000);
    expect(pod.did()).toEqual([]);
  });

  test('during a back-off: the restart is off', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    pod.did();
    pod.stop();
    pod.advance(5_000);
    expect(pod.did()).toEqual(['signal app SIGTERM']);
    expect(pod.state('redis')).toBe('stopped');
  });

  test('while an init task runs: it is stopped, however politely it ends, and nothing behind it starts', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['signal migrate SIGTERM', 'end 0']);
    expect(pod.state('migrate')).toBe('stopped');
  });

  test('while a probe kills: the longer grace is cut to the pod’s, and the hook is not run twice', () => {
    const redis = { liveness: { failureThreshold: 1, grace: 60_000 }, preStop: true } as const;
    const pod = new CoreDriver({ redis, app: {} });
    pod.start();
    pod.did();
    pod.probe('redis', 'liveness', false);
    pod.advance(1_000);
    pod.stop();
    pod.exits('app', 0);
    pod.advance(12_000);
    expect(pod.timeline()).toEqual([
      '0 run redis preStop',
      '1000 signal app SIGTERM',
      '11000 cancel redis preStop',
      '11000 signal redis SIGTERM',
      '13000 kill redis',
    ]);
    pod.exits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['end 0']);
  });

  test('while a probe’s victim still has its hook: from here on it waits its turn in the pod’s order', () => {
    const redis = { liveness: { failureThreshold: 1, grace: 500 }, preStop: true } as const;
    const pod = new CoreDriver({ redis, app: {} });
    pod.start();
    pod.did();
    pod.probe('redis', 'liveness', false);
    pod.stop();
    pod.hookEnds('redis', 'preStop');
    pod.advance(3_000);
    pod.exits('app', 0);
    expect(pod.timeline()).toEqual([
      '0 run redis preStop',
      '0 signal app SIGTERM',
      '3000 signal redis SIGTERM',
    ]);
  });

  test('while a probe’s victim has its signal already: the kill is brought forward', () => {
    const redis = { liveness: { failureThreshold: 1, grace: 60_000 } } as const;
    const pod = new CoreDriver({ redis, app: {} });
    pod.start();
    pod.did();
    pod.probe('redis', 'liveness', false);
    pod.stop();
    pod.advance(10_000);
    expect(pod.timeline()).toContain('10000 kill redis');
  });

  test('while a process is restarted by hand: it does not come back', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.request('restart', 'redis');
    pod.stop();
    pod.exits('redis', 'SIGTERM');
    expect(pod.state('redis')).toBe('stopped');
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal redis SIGTERM', 'signal app SIGTERM', 'end 0']);
  });

  test('a sidecar that dies during the stop stays down', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('redis', 1);
    expect(pod.lastReport('redis')).toMatchObject({
      state: 'failed',
      reason: { kind: 'exited' },
      exit: { code: 1 },
    });
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'end 0']);
  });
});

describe('a second stop', () => {
  test('does nothing by itself', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    const before = pod.commands.length;
    pod.stop();
    expect(pod.commands).toHaveLength(before);
  });

  test('with a shorter grace shortens, for those that wait and for those that have their signal', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop(30_000);
    pod.advance(1_000);
    pod.stop(3_000);
    pod.advance(5_000);
    expect(pod.timeline()).toEqual([
      '0 signal app SIGTERM',
      '4000 signal redis SIGTERM',
      '4000 kill app',
      '6000 kill redis',
    ]);
  });

  test('with a longer grace lengthens nothing', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop(3_000);
    pod.stop(30_000);
    pod.advance(5_000);
    expect(pod.timeline()).toEqual([
      '0 signal app SIGTERM',
      '3000 signal redis SIGTERM',
      '3000 kill app',
      '5000 kill redis',
    ]);
  });

  test('the first reason counts', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('app', 5);
    pod.stop();
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(5);
  });

  test('a kill kills all at once, whoever waited', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.stop();
    pod.did();
    pod.kill();
    expect(pod.did()).toEqual(['kill redis', 'kill app']);
    pod.kill();
    expect(pod.did()).toEqual([]);
  });

  test('a kill may be the first thing that comes: no hook, no signal', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: { preStop: true } });
    pod.start();
    pod.did();
    pod.kill();
    pod.exits('app', 'SIGKILL');
    pod.exits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['kill redis', 'kill app', 'end 137']);
  });

  test('after the end nothing is heard any more', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.exits('app', 0);
    const before = pod.commands.length;
    pod.stop();
    pod.kill();
    expect(pod.commands).toHaveLength(before);
  });
});

describe('probing during a stop', () => {
  test('readiness goes on, so that peers see it go; startup and liveness end', () => {
    const pod = new CoreDriver({ app: { readiness: {}, liveness: {} } });
    pod.start();
    pod.probe('app', 'readiness', true);
    pod.probe('app', 'liveness', true);
    pod.stop();
    pod.advance(1_000);
    pod.probe('app', 'readiness', false, 'shutting down');
    expect(pod.attempts('app', 'readiness')).toEqual([0, 1_000]);
    expect(pod.attempts('app', 'liveness')).toEqual([0]);
    expect(pod.events()).toContainEqual(
      expect.objectContaining({ type: 'probe', probe: 'readiness', ok: false, message: 'shutting down' }),
    );
    expect(pod.state('app')).toBe('stopping');
  });

  test('a startup probe’s deadline does not overtake the stop', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 1 } } });
    pod.start();
    pod.stop();
    pod.advance(5_000);
    expect(pod.timeline()).toEqual(['0 launch app', '0 signal app SIGTERM']);
  });
});

test('a stop of the pod gives no more time to a process that has its signal already', () => {
  const pod = new CoreDriver(podSpec({ side: {}, app: {} }, { grace: 10_000, minimumGrace: 2_000 }));
  pod.start();
  pod.request('stop', 'side');
  pod.advance(1_000);
  pod.stop();
  const record = pod.pod.processes.get('side');
  expect(record?.state).toMatchObject({ is: 'stopping', stop: { grace: { until: 10_000 } } });
  pod.advance(9_000);
  expect(pod.timeline()).toContain('10000 kill side');
});

test('a minimum grace longer than the grace holds', () => {
  const pod = new CoreDriver(podSpec({ app: {} }, { grace: 1_000, minimumGrace: 3_000 }));
  pod.start();
  pod.stop();
  pod.advance(3_000);
  expect(pod.timeline().at(-1)).toBe('3000 kill app');
});
