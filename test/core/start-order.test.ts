import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';

describe('the start', () => {
  test('launches processes at once that do not depend on each other, in start order', () => {
    const pod = new CoreDriver({ redis: {}, proxy: {}, app: { dependsOn: [] } });
    pod.start();
    expect(pod.did()).toEqual(['launch redis', 'launch proxy', 'launch app']);
  });

  test('is when the first process is launched, and no sooner', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    expect(pod.did()).toEqual([]);
    expect(pod.states()).toEqual({ redis: 'pending', app: 'pending' });
  });

  test('of the primary waits until its init tasks have exited 0 and its sidecars are ready', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, redis: { readiness: {} }, app: {} });
    pod.start();
    expect(pod.did()).toEqual(['launch migrate', 'launch redis']);
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual([]);
    pod.probe('redis', 'readiness', true);
    expect(pod.did()).toEqual(['launch app']);
    expect(pod.states()).toEqual({ migrate: 'completed', redis: 'ready', app: 'ready' });
  });

  test('waits for the readiness probe under `ready`, and not under `started`', () => {
    const redis = { readiness: {} };
    const pod = new CoreDriver({
      redis,
      eager: { dependsOn: [{ process: 'redis', condition: 'started' }] },
      patient: { dependsOn: [{ process: 'redis', condition: 'ready' }] },
      app: { dependsOn: [] },
    });
    pod.start();
    expect(pod.did()).toEqual(['launch redis', 'launch app', 'launch eager']);
    pod.probe('redis', 'readiness', true);
    expect(pod.did()).toEqual(['launch patient']);
  });

  test('waits for the startup probe and the postStart hook under `started`', () => {
    const pod = new CoreDriver({ redis: { startup: {}, postStart: true }, app: {} });
    pod.start();
    expect(pod.did()).toEqual(['launch redis', 'run redis postStart']);
    pod.probe('redis', 'startup', true);
    expect(pod.state('redis')).toBe('starting');
    pod.hookEnds('redis', 'postStart');
    expect(pod.did()).toEqual(['launch app']);
  });

  test('counts every condition as satisfied by an init task that has completed', () => {
    const pod = new CoreDriver({
      migrate: { role: 'init' },
      app: { dependsOn: [{ process: 'migrate', condition: 'ready' }] },
    });
    pod.start();
    pod.exits('migrate', 0);
    expect(pod.did()).toContain('launch app');
  });

  test('waits under `completed` for a sidecar that has an end, too', () => {
    const pod = new CoreDriver({
      fetch: { restart: 'on-failure' },
      app: { dependsOn: [{ process: 'fetch', condition: 'completed' }] },
    });
    pod.start();
    expect(pod.state('app')).toBe('pending');
    pod.exits('fetch', 0);
    expect(pod.state('app')).toBe('ready');
  });

  test('of an init task can depend on a sidecar', () => {
    const pod = new CoreDriver({
      migrate: { role: 'init', dependsOn: ['redis'] },
      redis: { readiness: {} },
      app: {},
    });
    pod.start();
    pod.probe('redis', 'readiness', true);
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['launch redis', 'launch migrate', 'launch app']);
  });

  test('of a sidecar can depend on the primary', () => {
    const pod = new CoreDriver({ proxy: { dependsOn: ['app'] }, redis: {}, app: { readiness: {} } });
    pod.start();
    expect(pod.did()).toEqual(['launch redis', 'launch app']);
    pod.probe('app', 'readiness', true);
    expect(pod.did()).toEqual(['launch proxy']);
  });

  test('waits for a sidecar that dies before it has started, and restarts it', () => {
    const pod = new CoreDriver({ redis: { startup: {} }, app: {} });
    pod.start();
    pod.exits('redis', 1);
    pod.probe('redis', 'startup', true);
    expect(pod.did()).toEqual(['launch redis', 'launch redis', 'launch app']);
  });

  test('is not set back by a sidecar that dies while a later one starts', () => {
    const pod = new CoreDriver({
      redis: { readiness: {} },
      migrate: { role: 'init', dependsOn: ['redis'] },
      app: { dependsOn: ['migrate'] },
    });
    pod.start();
    pod.probe('redis', 'readiness', true);
    pod.exits('redis', 1);
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['launch redis', 'launch migrate', 'launch redis', 'launch app']);
  });

  test('has its conditions checked at a restart too', () => {
    const pod = new CoreDriver({ redis: { readiness: {} }, app: { restart: 'always' } });
    pod.start();
    pod.probe('redis', 'readiness', true);
    pod.exits('redis', 1);
    pod.exits('app', 1);
    expect(pod.state('app')).toBe('pending');
    expect(pod.lastReport('app')?.reason).toMatchObject({ kind: 'waits', blockers: [{ process: 'redis' }] });
    pod.probe('redis', 'readiness', true);
    expect(pod.state('app')).toBe('ready');
  });

  test('leads to a running pod once the primary has started', () => {
    const pod = new CoreDriver({ app: { startup: {}, readiness: {} } });
    pod.start();
    expect(pod.pod.phase).toBe('starting');
    pod.probe('app', 'startup', true);
    expect(pod.pod.phase).toBe('running');
    const phases = pod.events().flatMap((event) => (event.type === 'pod' ? [event.state] : []));
    expect(phases).toEqual(['starting', 'running']);
  });

  test('launches nothing that is not desired', () => {
    const pod = new CoreDriver({ studio: { desired: false }, app: { dependsOn: [] } });
    pod.start();
    expect(pod.did()).toEqual(['launch app']);
    expect(pod.state('studio')).toBe('stopped');
  });
});

describe('a launch', () => {
  test('is reported as `starting` with the pid, when the process is there', () => {
    const pod = new CoreDriver({ app: { readiness: {} } }, { launches: 'by-hand' });
    pod.start();
    expect(pod.reports('app')).toEqual([]);
    pod.launched('app');
    expect(pod.reports('app')).toMatchObject([
      { state: 'starting', previous: 'pending', pid: 101, restarts: 0 },
      { state: 'running', previous: 'starting', pid: 101 },
    ]);
  });

  test('takes a process without readiness from starting straight to ready', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    expect(pod.reports('app').map(({ state }) => state)).toEqual(['starting', 'ready']);
  });

  test('that fails counts as an exit', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } }, { launches: 'by-hand' });
    pod.start();
    const failure = { kind: 'folder-missing', path: '/gone' } as const;
    pod.exits('redis', 126, failure);
    expect(pod.reports('redis').map(({ state }) => state)).toEqual(['starting', 'backoff']);
    expect(pod.explain('redis').lastExit?.exit).toMatchObject({
      status: 126,
      failure,
    });
  });

  test('that is reported twice has no second effect', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    const before = pod.commands.length;
    pod.send({ type: 'launched', process: 'app', generation: 1, workload: { pid: 999 }, imageSignal: null });
    expect(pod.commands).toHaveLength(before);
  });
});

describe('a gate', () => {
  test('behind an init task that fails ends the pod with 1, and names the task', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, redis: {}, app: {} });
    pod.start();
    pod.exits('migrate', 3);
    expect(pod.events()).toContainEqual(
      expect.objectContaining({
        type: 'pod',
        state: 'stopping',
        reason: {
          kind: 'cannot-start',
          process: 'app',
          blockers: [{ process: 'migrate', condition: 'completed', state: 'failed', permanent: true }],
        },
      }),
    );
    pod.exits('redis', 'SIGTERM');
    expect(pod.exitCode).toBe(1);
  });

  test('that can never open is seen through a chain of waiting processes', () => {
    const pod = new CoreDriver({
      migrate: { role: 'init' },
      redis: { dependsOn: ['migrate'] },
      app: { dependsOn: ['redis'] },
    });
    pod.start();
    pod.exits('migrate', 1);
    expect(pod.exitCode).toBe(1);
  });

  test('behind an init task with retries can open until they are used up', () => {
    const restart = { policy: 'on-failure', limit: { restarts: 1, within: 60_000 } } as const;
    const pod = new CoreDriver({ migrate: { role: 'init', restart }, app: {} });
    pod.start();
    pod.exits('migrate', 1);
    expect(pod.state('migrate')).toBe('ready');
    pod.exits('migrate', 1);
    expect(pod.exitCode).toBe(1);
  });

  test('can never open when its sidecar has ended for good', () => {
    const pod = new CoreDriver({ redis: { readiness: {}, restart: 'on-failure' }, app: {} });
    pod.start();
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('with `required: false` opens when the dependency has failed for good', () => {
    const pod = new CoreDriver({
      cache: { restart: 'never', readiness: {} },
      app: { dependsOn: [{ process: 'cache', required: false }] },
    });
    pod.start();
    expect(pod.state('app')).toBe('pending');
    pod.exits('cache', 1);
    expect(pod.state('app')).toBe('ready');
  });

  test('with `required: false` waits for a dependency that itself waits', () => {
    const pod = new CoreDriver({
      cache: { readiness: {} },
      app: { dependsOn: [{ process: 'cache', required: false }] },
    });
    pod.start();
    pod.exits('cache', 1);
    pod.exits('cache', 1);
    expect(pod.states()).toEqual({ cache: 'backoff', app: 'pending' });
  });

  test('with `required: false` opens when the dependency is not desired', () => {
    const pod = new CoreDriver({
      cache: { desired: false },
      app: { dependsOn: [{ process: 'cache', required: false }] },
    });
    pod.start();
    expect(pod.did()).toEqual(['launch app']);
  });

  test('can stay shut for a sidecar that nobody needs', () => {
    const pod = new CoreDriver({
      seed: { role: 'init' },
      studio: { dependsOn: ['seed'] },
      app: { dependsOn: [] },
    });
    pod.start();
    pod.exits('seed', 1);
    expect(pod.states()).toEqual({ seed: 'failed', studio: 'pending', app: 'ready' });
    expect(pod.explain('studio').blockers).toMatchObject([{ process: 'seed', permanent: true }]);
  });
});
