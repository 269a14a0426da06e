import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import type { PodDescription } from '../support/pod-spec.ts';

/** Two apps, one of them with a sidecar and a proxy in front, and a shared sidecar. */
const SHOP = {
  redis: {},
  'web-logs': { app: 'web' },
  web: { role: 'primary', app: 'web', dependsOn: ['redis', 'web-logs'] },
  'web-proxy': { app: 'web', dependsOn: ['web'] },
  'jobs-logs': { app: 'jobs' },
  jobs: { role: 'primary', app: 'jobs', dependsOn: ['redis', 'jobs-logs'] },
} as const satisfies PodDescription;

const upAndRunning = (pod: PodDescription = SHOP): CoreDriver => {
  const driver = new CoreDriver(pod);
  driver.start();
  driver.did();
  return driver;
};

const ends = (driver: CoreDriver): string[] => driver.pod.ends.map(({ app }) => app);

describe('the end of an app', () => {
  test('stops what belongs to it, in reverse order, and nothing else', () => {
    const pod = upAndRunning();
    pod.exits('web', 3);
    expect(pod.did()).toEqual(['signal web-proxy SIGTERM']);
    expect(pod.state('web-logs')).toBe('stopping');
    pod.exits('web-proxy', 0);
    expect(pod.did()).toEqual(['signal web-logs SIGTERM']);
    pod.exits('web-logs', 'SIGTERM');
    expect(pod.states()).toEqual({
      redis: 'ready',
      'web-logs': 'stopped',
      web: 'failed',
      'web-proxy': 'stopped',
      'jobs-logs': 'ready',
      jobs: 'ready',
    });
    expect(pod.pod.stop).toBeNull();
  });

  test('is told once, with its cause and its exit code', () => {
    const pod = upAndRunning();
    pod.exits('web', 3);
    expect(pod.events().filter(({ type }) => type === 'app')).toMatchObject([
      { app: 'web', exitCode: 3, reason: { kind: 'primary-ended', process: 'web' } },
    ]);
    expect(pod.lastReport('web-proxy')?.reason).toEqual({ kind: 'app-ended', app: 'web' });
  });

  test('is what explains the end of what belongs to it, and the stop of the pod that of the rest', () => {
    const pod = upAndRunning();
    pod.exits('web', 3);
    expect(pod.explain('web-proxy').endReason).toMatchObject({ kind: 'primary-ended', process: 'web' });
    expect(pod.explain('web').endReason).toBeNull();
    pod.send({ type: 'stop', by: 'SIGTERM', grace: null, id: null });
    expect(pod.explain('jobs').endReason).toEqual({ kind: 'requested', by: 'SIGTERM' });
  });

  test('gives all of it one grace, and the minimum to what is left', () => {
    const pod = upAndRunning();
    pod.exits('web', 0);
    pod.did();
    pod.advance(12_000);
    expect(pod.timeline()).toEqual([
      '10000 signal web-logs SIGTERM',
      '10000 kill web-proxy',
      '12000 kill web-logs',
    ]);
  });

  test('stops the pod when it is the last app, shared sidecars after all apps', () => {
    const pod = upAndRunning();
    pod.exits('jobs', 0);
    pod.exits('jobs-logs', 'SIGTERM');
    pod.exits('web', 0);
    pod.did();
    expect(pod.pod.stop?.reason).toMatchObject({
      kind: 'apps-ended',
      ends: [{ app: 'jobs' }, { app: 'web' }],
    });
    pod.exits('web-proxy', 'SIGTERM');
    pod.exits('redis', 'SIGTERM');
    pod.exits('web-logs', 'SIGTERM');
    expect(pod.exitCode).toBe(0);
  });

  test('keeps a sidecar from coming up that was on its way', () => {
    const pod = upAndRunning({ ...SHOP, slow: { app: 'web', restart: 'always' } });
    pod.exits('slow', 1);
    pod.exits('slow', 1);
    expect(pod.state('slow')).toBe('backoff');
    pod.exits('web', 0);
    expect(pod.state('slow')).toBe('stopped');
    pod.advance(60_000);
    expect(pod.launches('slow')).toHaveLength(2);
  });
});

describe('an app ends without the pod', () => {
  test('when its primary cannot start', () => {
    const pod = new CoreDriver({
      migrate: { role: 'init', app: 'web' },
      web: { role: 'primary', app: 'web', dependsOn: ['migrate'] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.start();
    pod.exits('migrate', 9);
    expect(ends(pod)).toEqual(['web']);
    expect(pod.pod.phase).toBe('running');
    pod.exits('jobs', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('when what is essential in it has ended', () => {
    const pod = upAndRunning({ ...SHOP, guard: { app: 'web', essential: true, restart: 'never' } });
    pod.exits('guard', 0);
    expect(ends(pod)).toEqual(['web']);
    expect(pod.state('web')).toBe('stopping');
    expect(pod.state('jobs')).toBe('ready');
    expect(pod.pod.ends[0]?.exitCode).toBe(1);
  });
});

test('the end of a shared essential process ends the pod', () => {
  const pod = upAndRunning({ ...SHOP, redis: { essential: true, restart: 'never' } });
  pod.exits('redis', 0);
  expect(pod.pod.stop?.reason.kind).toBe('essential-ended');
});

describe('the stop of the pod', () => {
  test('takes shared sidecars after all apps, whether these depend on them or not', () => {
    const pod = upAndRunning({
      stats: {},
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.stop();
    expect(pod.did()).toEqual(['signal web SIGTERM', 'signal jobs SIGTERM']);
    pod.exits('web', 0);
    expect(pod.did()).toEqual([]);
    pod.exits('jobs', 0);
    expect(pod.did()).toEqual(['signal stats SIGTERM']);
  });

  test('takes shared sidecars after those of the apps too', () => {
    const pod = upAndRunning({
      stats: {},
      'web-logs': { app: 'web' },
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.stop();
    pod.exits('jobs', 0);
    pod.exits('web', 0);
    expect(pod.did()).toEqual(['signal web SIGTERM', 'signal jobs SIGTERM', 'signal web-logs SIGTERM']);
    pod.exits('web-logs', 0);
    expect(pod.did()).toEqual(['signal stats SIGTERM']);
  });

  test('takes the sidecars of an app after its own primary, and waits for no other', () => {
    const pod = upAndRunning();
    pod.stop();
    pod.did();
    pod.exits('jobs', 0);
    expect(pod.did()).toEqual(['signal jobs-logs SIGTERM']);
  });

  test('takes what stands in front of an app before it, with another app in no circle', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
      'web-front': { dependsOn: ['web'] },
      'jobs-front': { dependsOn: ['jobs'] },
    });
    pod.stop();
    expect(pod.did()).toEqual(['signal web-front SIGTERM', 'signal jobs-front SIGTERM']);
    pod.exits('web-front', 0);
    expect(pod.did()).toEqual(['signal web SIGTERM']);
  });
});

describe('the exit code of the pod', () => {
  test('is that of the first primary that failed', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
      mail: { role: 'primary', app: 'mail', dependsOn: [] },
    });
    pod.exits('jobs', 0);
    pod.exits('mail', 5);
    pod.exits('web', 4);
    expect(pod.exitCode).toBe(5);
  });

  test('counts an app at a requested stop that had failed before', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.exits('jobs', 5);
    pod.stop();
    pod.exits('web', 'SIGTERM');
    expect(pod.exitCode).toBe(5);
  });

  test('is 0 after a requested stop when all ended as asked', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.exits('jobs', 0);
    pod.stop();
    pod.exits('web', 'SIGTERM');
    expect(pod.exitCode).toBe(0);
  });

  test('is the first failure in the order of the ends after a requested stop', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [] },
    });
    pod.stop();
    pod.advance(10);
    pod.exits('jobs', 7);
    pod.advance(10);
    pod.exits('web', 6);
    expect(pod.exitCode).toBe(7);
  });

  test('is the primary’s where only one app was wanted', () => {
    const pod = upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [] },
      jobs: { role: 'primary', app: 'jobs', dependsOn: [], desired: false },
    });
    pod.exits('web', 6);
    expect(pod.pod.stop?.reason.kind).toBe('primary-ended');
    expect(pod.exitCode).toBe(6);
  });
});

describe('an app that only supports another', () => {
  const pod = (): CoreDriver =>
    upAndRunning({
      web: { role: 'primary', app: 'web', dependsOn: [], isSupport: true },
      jobs: { role: 'primary', app: 'jobs', dependsOn: ['web'] },
    });

  test('does not keep the pod, nor count for its exit code', () => {
    const driver = pod();
    driver.exits('jobs', 3);
    expect(driver.pod.stop?.reason).toMatchObject({ kind: 'primary-ended', process: 'jobs' });
    driver.exits('web', 9);
    expect(driver.exitCode).toBe(3);
  });

  test('may end without ending the pod', () => {
    const driver = pod();
    driver.exits('web', 9);
    expect(driver.pod.stop).toBeNull();
    driver.exits('jobs', 0);
    expect(driver.exitCode).toBe(0);
  });
});

describe('the pod', () => {
  const PROBED = {
    web: { role: 'primary', app: 'web', dependsOn: [], readiness: {} },
    jobs: { role: 'primary', app: 'jobs', dependsOn: [], startup: {} },
  } as const satisfies PodDescription;

  test('runs when all primaries have started', () => {
    const pod = upAndRunning(PROBED);
    expect(pod.pod.phase).toBe('starting');
    pod.probe('jobs', 'startup', true);
    expect(pod.pod.phase).toBe('running');
  });

  test('runs when all that are not over have started', () => {
    const pod = upAndRunning(PROBED);
    pod.exits('jobs', 1);
    expect(pod.pod.phase).toBe('running');
  });

  test('is up in time only when all primaries are ready', () => {
    const pod = new CoreDriver(PROBED);
    pod.start(5_000);
    pod.probe('jobs', 'startup', true);
    pod.advance(5_000);
    expect(pod.pod.stop?.reason).toMatchObject({ kind: 'start-timeout', waits: [{ process: 'web' }] });
  });

  test('goes on for an app that was stopped by hand', () => {
    const pod = upAndRunning();
    pod.request('stop', 'jobs');
    pod.exits('jobs', 0);
    pod.exits('web', 0);
    expect(pod.pod.stop).toBeNull();
    pod.request('start', 'jobs');
    expect(pod.state('jobs')).toBe('ready');
  });
});

describe('an app that is over', () => {
  test('comes back with all that its end had stopped when its primary is started', () => {
    const pod = upAndRunning();
    pod.exits('web', 1);
    pod.exits('web-proxy', 0);
    pod.exits('web-logs', 0);
    pod.did();
    pod.request('start', 'web');
    expect(pod.did()).toEqual(['launch web-logs', 'launch web', 'launch web-proxy']);
    expect(ends(pod)).toEqual([]);
  });

  test('leaves down what was stopped by hand', () => {
    const pod = upAndRunning();
    pod.request('stop', 'web-proxy');
    pod.exits('web-proxy', 0);
    pod.exits('web', 1);
    pod.exits('web-logs', 0);
    pod.request('start', 'web');
    expect(pod.state('web-proxy')).toBe('stopped');
    expect(pod.state('web-logs')).toBe('ready');
  });

  test('comes back with a change of its files', () => {
    const pod = upAndRunning();
    pod.exits('web', 0);
    pod.changes('web');
    expect(pod.state('web-proxy')).toBe('stopping');
    pod.exits('web-proxy', 0);
    pod.exits('web-logs', 0);
    expect(pod.states()).toMatchObject({ web: 'ready', 'web-proxy': 'ready', 'web-logs': 'ready' });
    expect(ends(pod)).toEqual([]);
  });
});

describe('a reload', () => {
  const instances = (count: number): PodDescription => {
    const all = Array.from({ length: count }, (_, index) => [
      [`web-${index + 1}-logs`, { app: `web-${index + 1}` }],
      [
        `web-${index + 1}`,
        { role: 'primary', app: `web-${index + 1}`, dependsOn: [`web-${index + 1}-logs`, 'redis'] },
      ],
    ]).flat();
    return { redis: {}, ...Object.fromEntries(all) } as PodDescription;
  };

  test('with one more instance starts its set and touches nothing else', () => {
    const pod = upAndRunning(instances(2));
    pod.reload(instances(3));
    expect(pod.did()).toEqual(['launch web-3-logs', 'launch web-3']);
  });

  test('with one less stops its set, in order, and touches nothing else', () => {
    const pod = upAndRunning(instances(3));
    pod.reload(instances(2));
    expect(pod.did()).toEqual(['signal web-3 SIGTERM']);
    pod.exits('web-3', 0);
    expect(pod.did()).toEqual(['forget web-3', 'signal web-3-logs SIGTERM']);
    pod.exits('web-3-logs', 0);
    expect(Object.keys(pod.states())).toEqual(['redis', 'web-1-logs', 'web-1', 'web-2-logs', 'web-2']);
  });

  test('stops the own sidecar of a leaving app after its primary, whether that depends on it or not', () => {
    const loose = { 'jobs-stats': { app: 'jobs' }, jobs: { role: 'primary', app: 'jobs', dependsOn: [] } };
    const pod = upAndRunning({ ...instances(1), ...loose } as PodDescription);
    pod.reload(instances(1));
    expect(pod.did()).toEqual(['signal jobs SIGTERM']);
  });

  test('that takes away the last app that had not ended ends the pod', () => {
    const pod = upAndRunning(instances(2));
    pod.exits('web-1', 4);
    pod.exits('web-1-logs', 0);
    pod.reload(instances(1));
    expect(pod.pod.stop?.reason.kind).toBe('primary-ended');
    pod.exits('web-2', 0);
    pod.exits('web-2-logs', 0);
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(4);
  });

  test('that brings a sidecar to an app that is over leaves it down until the app is back', () => {
    const pod = upAndRunning(instances(2));
    pod.exits('web-1', 4);
    pod.exits('web-1-logs', 0);
    pod.did();
    pod.reload({ ...instances(2), 'web-1-stats': { app: 'web-1' } });
    expect(pod.did()).toEqual([]);
    pod.request('start', 'web-1');
    expect(pod.did()).toContain('launch web-1-stats');
  });
});
