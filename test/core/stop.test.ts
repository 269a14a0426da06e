import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { podSpec } from '../support/pod-spec.ts';
import { said } from '../support/said.ts';

describe('a stop', () => {
  test('ends the primary first, then the sidecars in reverse start order', () => {
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

  test('ends sidecars after the primary even when that does not depend on them', () => {
    const pod = new CoreDriver({ tailer: {}, app: { dependsOn: [] } });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.did()).toEqual(['signal app SIGTERM']);
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal tailer SIGTERM']);
  });

  test('ends a sidecar that depends on the primary before it', () => {
    const pod = new CoreDriver({ proxy: { dependsOn: ['app'] }, redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('proxy', 0);
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal proxy SIGTERM', 'signal app SIGTERM', 'signal redis SIGTERM']);
  });

  test('signals processes together that do not depend on each other', () => {
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

  test('ends what uses another process before that, where no dependency says otherwise', () => {
    const pod = new CoreDriver({
      otel: {},
      edge: { dependsOn: ['app'], uses: ['otel'] },
      jobs: { uses: ['otel', 'edge'] },
      app: { dependsOn: [], uses: ['edge'] },
    });
    pod.start();
    pod.did();
    pod.stop();
    for (const name of ['edge', 'app', 'jobs', 'otel']) pod.exits(name, 0);
    expect(pod.did()).toEqual([
      ...['signal edge SIGTERM', 'signal app SIGTERM', 'signal jobs SIGTERM', 'signal otel SIGTERM', 'end 0'],
    ]);
  });

  test('ends a process after those that use it through others', () => {
    const pod = new CoreDriver({
      otel: {},
      calls: { uses: ['otel'] },
      jobs: { dependsOn: ['calls'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.stop();
    pod.exits('app', 0);
    pod.did();
    for (const name of ['jobs', 'calls', 'otel']) pod.exits(name, 0);
    expect(pod.did()).toEqual(['signal calls SIGTERM', 'signal otel SIGTERM', 'end 0']);
  });

  test('ends processes that use each other together', () => {
    const pod = new CoreDriver({
      left: { uses: ['right'] },
      right: { uses: ['left'] },
      user: { uses: ['left'] },
      app: {},
    });
    pod.start();
    pod.stop();
    pod.did();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal right SIGTERM', 'signal user SIGTERM']);
    pod.exits('user', 0);
    expect(pod.did()).toEqual(['signal left SIGTERM']);
  });

  test('counts a process that is not there as gone', () => {
    const pod = new CoreDriver({ redis: {}, queue: { dependsOn: ['redis'], restart: 'never' }, app: {} });
    pod.start();
    pod.exits('queue', 1);
    pod.did();
    pod.stop();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'signal redis SIGTERM']);
  });

  test('has the same order when the primary ends by itself', () => {
    const pod = new CoreDriver({ redis: {}, queue: { dependsOn: ['redis'] }, app: {} });
    pod.start();
    pod.did();
    pod.exits('app', 4);
    pod.exits('queue', 9);
    pod.exits('redis', 9);
    expect(pod.did()).toEqual(['signal queue SIGTERM', 'signal redis SIGTERM', 'end 4']);
  });

  test('ends what depends on the primary before the other sidecars, also when the primary is gone', () => {
    const pod = new CoreDriver({ tailer: {}, app: { dependsOn: [] }, proxy: { dependsOn: ['app'] } });
    pod.start();
    pod.did();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal proxy SIGTERM']);
    pod.exits('proxy', 0);
    expect(pod.did()).toEqual(['signal tailer SIGTERM']);
  });

  test('sends each process the signal that its config names', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    expect(pod.did()).toContain('signal app SIGINT');
  });

  test.each([
    ['the one that its image names, if the config names none', {}, 'SIGQUIT'],
    ['the one that the config names, whatever its image names', { signal: 'SIGTERM' }, 'SIGTERM'],
  ] as const)('sends a container %s, and its death of that is a success', (_, stop, signal) => {
    const pod = new CoreDriver({ app: { stop } }, { launches: 'by-hand' });
    pod.start();
    pod.launched('app', { signal: 'SIGQUIT', signalNumber: 3 });
    pod.stop();
    expect(pod.did()).toContain(`signal app ${signal}`);
    pod.exits('app', signal);
    expect(pod.exitCode).toBe(0);
  });
});

describe('the grace of a stop', () => {
  test('is shared, so that a primary that ignores its signal leaves the sidecars the minimum grace', () => {
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

  test('is followed by the minimum grace when nobody obeys, and then all have ended', () => {
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

  test('is the minimum grace after a late signal, not what is left', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.advance(9_500);
    pod.exits('app', 0);
    pod.advance(2_000);
    expect(pod.timeline().slice(1)).toEqual(['9500 signal redis SIGTERM', '11500 kill redis']);
  });

  test('is at most that of the process itself', () => {
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

  test('is that of the process itself in a stop of one process, also when it is longer than that of the pod', () => {
    const pod = new CoreDriver({ redis: { stop: { grace: 60_000 } }, app: {} });
    pod.start();
    pod.did();
    pod.request('stop', 'redis');
    pod.advance(60_000);
    expect(pod.timeline()).toEqual(['0 signal redis SIGTERM', '60000 kill redis']);
  });

  test('can come with the request', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop(30_000);
    pod.advance(30_000);
    expect(pod.timeline().at(-1)).toBe('30000 kill app');
  });

  test('ends although a process survives its kill, which is written off', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 0);
    pod.advance(15_000);
    expect(pod.timeline().slice(-2)).toEqual(['10000 kill redis', '15000 end 0']);
  });
});

describe('a stop of the pod', () => {
  test('during the start launches nothing that waits, and stops what starts', () => {
    const pod = new CoreDriver({ redis: { startup: {} }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.states()).toEqual({ redis: 'stopping', app: 'stopped' });
    pod.exits('redis', 'SIGTERM');
    expect(pod.did()).toEqual(['signal redis SIGTERM', 'end 0']);
  });

  test('between the decision to launch and the launch stops the process like any other', () => {
    const pod = new CoreDriver({ app: {} }, { launches: 'by-hand' });
    pod.start();
    pod.stop();
    pod.launched('app');
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['launch app', 'signal app SIGTERM', 'end 0']);
    expect(pod.reports('app').map(({ state }) => state)).toEqual(['starting', 'stopping', 'stopped']);
  });

  test('before anything has started ends at once', () => {
    const pod = new CoreDriver({ app: {} });
    pod.stop();
    expect(pod.did()).toEqual(['end 0']);
    pod.start(1_000);
    pod.advance(10_000);
    expect(pod.did()).toEqual([]);
  });

  test('during a back-off cancels the restart', () => {
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

  test('while an init task runs stops it, and nothing starts that waits for it, whatever it exits with', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['signal migrate SIGTERM', 'end 0']);
    expect(pod.state('migrate')).toBe('stopped');
  });

  test('while a probe kills cuts the longer grace to that of the pod, and does not run the hook twice', () => {
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

  test('while the hook runs for a kill by a probe lets the process wait for its turn', () => {
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

  test('after the signal of a kill by a probe brings the SIGKILL forward', () => {
    const redis = { liveness: { failureThreshold: 1, grace: 60_000 } } as const;
    const pod = new CoreDriver({ redis, app: {} });
    pod.start();
    pod.did();
    pod.probe('redis', 'liveness', false);
    pod.stop();
    pod.advance(10_000);
    expect(pod.timeline()).toContain('10000 kill redis');
  });

  test('while a process is restarted by hand keeps it from coming back', () => {
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

  test('leaves a sidecar down that dies meanwhile', () => {
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

  test('with a shorter grace shortens the time of those that wait and of those that have their signal', () => {
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

  test('does not change the reason', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('app', 5);
    pod.stop();
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(5);
  });

  test('that is a kill kills all at once, also those that wait', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.stop();
    pod.did();
    pod.kill();
    expect(pod.did()).toEqual(['kill redis', 'kill app']);
    pod.kill();
    expect(pod.did()).toEqual([]);
  });

  test('that is a kill can also be the first request, and then runs no hook and sends no signal', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: { preStop: true } });
    pod.start();
    pod.did();
    pod.kill();
    pod.exits('app', 'SIGKILL');
    pod.exits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['kill redis', 'kill app', 'end 137']);
  });

  test('after the end does nothing', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.exits('app', 0);
    const before = pod.commands.length;
    pod.stop();
    pod.kill();
    expect(pod.commands).toHaveLength(before);
  });
});

describe('probing', () => {
  test('of readiness goes on during a stop, so that peers see it change, while that of startup and liveness ends', () => {
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
      expect.objectContaining({
        type: 'probe',
        probe: 'readiness',
        ok: false,
        finding: said('shutting down'),
      }),
    );
    expect(pod.state('app')).toBe('stopping');
  });

  test('of startup has no deadline that overtakes the stop', () => {
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
