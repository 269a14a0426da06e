import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { said } from '../support/said.ts';

/** Lets every attempt fail at once for a while. */
const failFor = (pod: CoreDriver, probe: 'startup' | 'readiness' | 'liveness', duration: number): void => {
  const until = pod.now + duration;
  while (pod.now < until) {
    if (pod.live.get('app')?.attempts.has(probe) === true) pod.probe('app', probe, false);
    const next = pod.nextTimer()?.at ?? until;
    pod.advance(Math.min(next, until) - pod.now);
  }
};

const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('a probe', () => {
  test('makes its first attempt at once, and the next after 20 ms', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    failFor(pod, 'readiness', 50);
    expect(pod.attempts('app', 'readiness')).toEqual([0, 20, 40]);
  });

  test('slows to a fiftieth of the time already waited before its first success, and never waits longer than a period', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    failFor(pod, 'readiness', 100_000);
    const times = pod.attempts('app', 'readiness');
    for (const [index, gap] of gaps(times).entries()) {
      expect(gap).toBeLessThanOrEqual(Math.min(1_000, Math.max(20, (times[index] ?? 0) / 50)) + 1e-6);
    }
    expect(times.length).toBeLessThan(350);
    expect(gaps(times).at(-1)).toBe(1_000);
  });

  test('makes no attempt at once after one that took long', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    pod.advance(300);
    pod.probe('app', 'readiness', false);
    pod.advance(299);
    expect(pod.attempts('app', 'readiness')).toEqual([0]);
    pod.advance(1);
    expect(pod.attempts('app', 'readiness')).toEqual([0, 600]);
  });

  test('is tried once a period after its first success', () => {
    const pod = new CoreDriver({ app: { readiness: { period: 1_000 } } });
    pod.start();
    for (let round = 0; round < 3; round++) {
      pod.probe('app', 'readiness', true);
      pod.advance(1_000);
    }
    expect(pod.attempts('app', 'readiness')).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test('waits for its initial delay before the first attempt', () => {
    const pod = new CoreDriver({ app: { readiness: { initialDelay: 500 } } });
    pod.start();
    pod.advance(499);
    expect(pod.attempts('app', 'readiness')).toEqual([]);
    pod.advance(1);
    expect(pod.attempts('app', 'readiness')).toEqual([500]);
  });

  test('of readiness or liveness waits until the process has started', () => {
    const pod = new CoreDriver({ app: { startup: {}, readiness: {}, liveness: {} } });
    pod.start();
    pod.advance(10);
    pod.probe('app', 'startup', true);
    expect(pod.attempts('app', 'startup')).toEqual([0]);
    expect(pod.attempts('app', 'readiness')).toEqual([10]);
    expect(pod.attempts('app', 'liveness')).toEqual([10]);
  });
});

describe('a startup probe', () => {
  test('counts its budget from the launch, however late that comes', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 5 } } }, { launches: 'by-hand' });
    pod.start();
    pod.advance(60_000);
    pod.launched('app');
    failFor(pod, 'startup', 4_999);
    expect(pod.state('app')).toBe('starting');
    failFor(pod, 'startup', 1);
    expect(pod.state('app')).toBe('stopping');
  });

  test('kills once initialDelay + failureThreshold × period have gone without a success', () => {
    const pod = new CoreDriver({
      app: { startup: { initialDelay: 500, failureThreshold: 5 }, restart: 'always' },
    });
    pod.start();
    failFor(pod, 'startup', 5_499);
    expect(pod.did()).toEqual(['launch app']);
    failFor(pod, 'startup', 1);
    expect(pod.timeline()).toEqual(['5500 signal app SIGTERM']);
    expect(pod.lastReport('app')).toMatchObject({
      state: 'stopping',
      reason: { kind: 'probe-failed', probe: 'startup', finding: said('refused') },
    });
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['launch app']);
  });

  test('passes by a success at the last moment', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 5 } } });
    pod.start();
    pod.advance(4_999);
    pod.probe('app', 'startup', true);
    pod.advance(60_000);
    expect(pod.state('app')).toBe('ready');
  });

  test('that has passed is not tried again, and keeps its budget however long the postStart hook takes', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 1 }, postStart: true } });
    pod.start();
    pod.probe('app', 'startup', true);
    pod.advance(60_000);
    expect(pod.attempts('app', 'startup')).toEqual([0]);
    expect(pod.state('app')).toBe('starting');
    pod.hookEnds('app', 'postStart');
    expect(pod.state('app')).toBe('ready');
  });

  test('makes a run that it killed a failure, even when that then exits 0', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 1 }, restart: 'on-failure' } });
    pod.start();
    pod.advance(1_000);
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['launch app', 'signal app SIGTERM', 'launch app']);
  });
});

describe('a liveness probe', () => {
  test('kills at the failure threshold; failures count once a period', () => {
    const pod = new CoreDriver({ app: { liveness: {}, restart: 'always' } });
    pod.start();
    failFor(pod, 'liveness', 1_999);
    expect(pod.state('app')).toBe('ready');
    failFor(pod, 'liveness', 100);
    expect(pod.state('app')).toBe('stopping');
    expect(pod.reports('app').at(-1)?.reason).toEqual({
      kind: 'probe-failed',
      probe: 'liveness',
      finding: said('refused'),
    });
  });

  test('sets its count of failures back at a success', () => {
    const pod = new CoreDriver({ app: { liveness: {} } });
    pod.start();
    for (const ok of [true, false, false, true, false, false, true]) {
      pod.probe('app', 'liveness', ok);
      pod.advance(1_000);
    }
    expect(pod.state('app')).toBe('ready');
  });

  test('counts every failure after the first success, also when the answers come unevenly', () => {
    const pod = new CoreDriver({ app: { liveness: { failureThreshold: 2 } } });
    pod.start();
    pod.probe('app', 'liveness', true);
    pod.advance(1_900);
    pod.probe('app', 'liveness', false);
    pod.advance(100);
    pod.probe('app', 'liveness', false);
    expect(pod.state('app')).toBe('stopping');
  });

  test('kills with hook, signal and grace, then the policy decides, and it counts as a restart', () => {
    const redis = { liveness: { failureThreshold: 1 }, preStop: true } as const;
    const pod = new CoreDriver({ redis, app: {} });
    pod.start();
    pod.did();
    pod.probe('redis', 'liveness', false);
    expect(pod.did()).toEqual(['run redis preStop']);
    pod.hookEnds('redis', 'preStop');
    expect(pod.did()).toEqual(['signal redis SIGTERM']);
    pod.advance(10_000);
    expect(pod.did()).toEqual(['kill redis']);
    pod.exits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['launch redis']);
    expect(pod.explain('redis')).toMatchObject({ restarts: 1, lastExit: { unhealthy: true } });
    expect(pod.state('app')).toBe('ready');
  });

  test('that kills again and again is slowed down by the back-off', () => {
    const restart = { resetAfter: 60_000 };
    const pod = new CoreDriver({ redis: { liveness: { failureThreshold: 1 }, restart }, app: {} });
    pod.start();
    for (const wait of [0, 1_000, 2_000]) {
      pod.probe('redis', 'liveness', false);
      pod.exits('redis', 'SIGTERM');
      pod.advance(wait);
    }
    expect(pod.launches('redis')).toEqual([0, 0, 1_000, 3_000]);
  });

  test('kills with its own grace in place of that of the process, longer or shorter', () => {
    for (const grace of [30_000, 500]) {
      const stop = { grace: 5_000 };
      const pod = new CoreDriver({
        app: { liveness: { failureThreshold: 1, grace }, stop, restart: 'always' },
      });
      pod.start();
      pod.probe('app', 'liveness', false);
      pod.advance(grace);
      expect(pod.timeline()).toEqual(['0 launch app', '0 signal app SIGTERM', `${grace} kill app`]);
    }
  });

  test('holds still from the kill until the next run', () => {
    const pod = new CoreDriver({ app: { liveness: { failureThreshold: 1 }, restart: 'always' } });
    pod.start();
    pod.probe('app', 'liveness', false);
    pod.advance(5_000);
    expect(pod.attempts('app', 'liveness')).toEqual([0]);
    pod.exits('app', 'SIGTERM');
    expect(pod.attempts('app', 'liveness')).toEqual([0, 5_000]);
  });
});

describe('a readiness probe', () => {
  test('decides ready or not, and never restarts', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    pod.probe('app', 'readiness', true);
    for (const state of ['ready', 'ready', 'running'] as const) {
      pod.advance(1_000);
      pod.probe('app', 'readiness', false);
      expect(pod.state('app')).toBe(state);
    }
    expect(pod.lastReport('app')?.reason).toEqual({ kind: 'not-ready', finding: said('refused') });
    pod.advance(100_000);
    expect(pod.state('app')).toBe('running');
    pod.probe('app', 'readiness', true);
    expect(pod.state('app')).toBe('ready');
    expect(pod.did()).toEqual(['launch app']);
  });

  test('needs as many successes in a row as its threshold says', () => {
    const pod = new CoreDriver({ app: { readiness: { successThreshold: 3 } } });
    pod.start();
    const seen: string[] = [];
    for (const ok of [true, true, false, true, true, true]) {
      pod.probe('app', 'readiness', ok);
      seen.push(pod.state('app'));
      pod.advance(1_000);
    }
    expect(seen).toEqual(['running', 'running', 'running', 'running', 'running', 'ready']);
  });

  test('that begins to fail leaves what depends on its process alone', () => {
    const pod = new CoreDriver({ redis: { readiness: { failureThreshold: 1 } }, app: {} });
    pod.start();
    pod.probe('redis', 'readiness', true);
    pod.advance(1_000);
    pod.probe('redis', 'readiness', false);
    expect(pod.states()).toEqual({ redis: 'running', app: 'ready' });
  });

  test('reports its results on change only, and says whether it ever succeeded', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    for (const ok of [false, false, true, true, false]) {
      pod.probe('app', 'readiness', ok);
      pod.advance(1_000);
    }
    const events = pod.events().filter((event) => event.type === 'probe');
    expect(events).toEqual([
      { type: 'probe', name: 'app', probe: 'readiness', ok: false, finding: said('refused'), everOk: false },
      { type: 'probe', name: 'app', probe: 'readiness', ok: true, finding: said('ok'), everOk: true },
      { type: 'probe', name: 'app', probe: 'readiness', ok: false, finding: said('refused'), everOk: true },
    ]);
  });
});

describe('a sign that the process gives by itself', () => {
  const readiness = { target: { kind: 'log', pattern: 'listening' }, failureThreshold: 1 } as const;

  test('makes it ready at once', () => {
    const pod = new CoreDriver({ app: { readiness } });
    pod.start();
    pod.says('app', 'readiness');
    expect(pod.state('app')).toBe('ready');
  });

  test('is not taken back by an attempt that was in flight', () => {
    const pod = new CoreDriver({ app: { readiness } });
    pod.start();
    pod.says('app', 'readiness');
    pod.probe('app', 'readiness', false);
    pod.advance(60_000);
    expect(pod.state('app')).toBe('ready');
    expect(pod.attempts('app', 'readiness')).toEqual([0]);
  });

  test('is asked for no more than once a period', () => {
    const pod = new CoreDriver({ app: { readiness } });
    pod.start();
    failFor(pod, 'readiness', 2_500);
    expect(pod.attempts('app', 'readiness')).toEqual([0, 1_000, 2_000]);
    pod.says('app', 'readiness');
    expect(pod.state('app')).toBe('ready');
  });

  test('is found by the first attempt when it comes before the probe begins', () => {
    const pod = new CoreDriver({ app: { startup: {}, readiness } });
    pod.start();
    pod.says('app', 'readiness');
    expect(pod.state('app')).toBe('starting');
    pod.probe('app', 'startup', true);
    pod.probe('app', 'readiness', true);
    expect(pod.state('app')).toBe('ready');
  });

  test('needs to be given only once, whatever the success threshold', () => {
    const pod = new CoreDriver({ app: { readiness: { ...readiness, successThreshold: 3 } } });
    pod.start();
    pod.says('app', 'readiness');
    expect(pod.state('app')).toBe('ready');
  });

  test('counts for its run only', () => {
    const pod = new CoreDriver({ redis: { readiness }, app: { dependsOn: [] } });
    pod.start();
    pod.says('redis', 'readiness');
    pod.exits('redis', 1);
    expect(pod.state('redis')).toBe('running');
  });
});

describe('a late result', () => {
  test.each([
    ['of an earlier run', { generation: 1, attempt: 1 }],
    ['of an attempt that was answered already', { generation: 2, attempt: 1 }],
    ['of an attempt that was never made', { generation: 2, attempt: 7 }],
  ])('%s has no effect', (_, late) => {
    const pod = new CoreDriver({ redis: { readiness: {} }, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.probe('redis', 'readiness', false);
    const before = pod.commands.length;
    pod.send({
      type: 'probed',
      process: 'redis',
      probe: 'readiness',
      ok: true,
      finding: said('ok'),
      ...late,
    });
    expect(pod.commands).toHaveLength(before);
    expect(pod.state('redis')).toBe('running');
  });

  test('of a startup probe whose kill has begun has no effect', () => {
    const pod = new CoreDriver({ app: { startup: { failureThreshold: 1 }, restart: 'always' } });
    pod.start();
    pod.advance(1_000);
    pod.probe('app', 'startup', true);
    expect(pod.state('app')).toBe('stopping');
  });
});
