import { describe, expect, test } from 'vitest';
import { explainAll } from '../../src/core/explain.ts';
import { CoreDriver } from '../support/core-driver.ts';
import { said } from '../support/said.ts';

describe('the explanation says that', () => {
  test('a waiting process has its blockers, and each of them knows whom it holds back', () => {
    const pod = new CoreDriver({ migrate: { role: 'init' }, redis: { readiness: {} }, app: {} });
    pod.start();
    expect(pod.explain('app')).toMatchObject({
      state: 'pending',
      blockers: [
        { process: 'migrate', condition: 'completed', state: 'ready', permanent: false },
        { process: 'redis', condition: 'ready', state: 'running', permanent: false },
      ],
    });
    expect(pod.explain('redis').dependents).toEqual(['app']);
  });

  test('a starting process names what has not come yet', () => {
    const pod = new CoreDriver({ app: { startup: {}, postStart: true } }, { launches: 'by-hand' });
    pod.start();
    expect(pod.explain('app').pendingSteps).toEqual([{ what: 'launch', finding: null }]);
    pod.launched('app');
    pod.probe('app', 'startup', false, 'refused');
    expect(pod.explain('app').pendingSteps).toEqual([
      { what: 'startup', finding: said('refused') },
      { what: 'postStart', finding: null },
    ]);
    pod.advance(1_000);
    pod.probe('app', 'startup', true);
    expect(pod.explain('app').pendingSteps).toEqual([{ what: 'postStart', finding: null }]);
  });

  test('a process that is not ready has the newest word of its probe', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start();
    pod.probe('app', 'readiness', false, 'status 503');
    expect(pod.explain('app').pendingSteps).toEqual([{ what: 'readiness', finding: said('status 503') }]);
  });

  test('a process in back-off has its exit and the time of its restart', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('redis', 1);
    pod.advance(100);
    pod.exits('redis', 3);
    expect(pod.explain('redis')).toMatchObject({
      state: 'backoff',
      since: 100,
      retryAt: 1_100,
      restarts: 1,
      reason: { kind: 'exited', exit: { status: 3 } },
      lastExit: { at: 100, ranFor: 100, after: 'itself' },
    });
  });

  test('a process that was given up says so', () => {
    const restart = { limit: { restarts: 0, within: 1_000 } };
    const pod = new CoreDriver({ redis: { restart }, app: {} });
    pod.start();
    pod.exits('redis', 1);
    expect(pod.explain('redis')).toMatchObject({ state: 'failed', reason: { kind: 'gave-up' } });
  });

  test('a stopping process says why, how far it is, and for whom it waits', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.stop();
    expect(pod.explain('redis').stop).toEqual({
      reason: { kind: 'pod-stops' },
      stage: 'holding',
      hookRunning: true,
      waitsFor: ['app'],
      killAt: null,
      rootExit: null,
    });
    expect(pod.explain('app').stop).toMatchObject({ stage: 'signalled', waitsFor: [], killAt: 10_000 });
    pod.kill();
    expect(pod.explain('app').stop).toMatchObject({ stage: 'killed', killAt: null });
  });

  test('a process that was stopped by hand says so', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'redis');
    pod.exits('redis', 0);
    expect(pod.explain('redis')).toMatchObject({ desired: false, reason: { kind: 'stop-requested' } });
  });
});

test('each process knows which ones wait for it, and which end of a chain it waits for', () => {
  const pod = new CoreDriver({
    db: { readiness: {} },
    seed: { role: 'init', dependsOn: ['db'] },
    web: { dependsOn: ['db', 'seed'] },
    app: { dependsOn: ['web'] },
  });
  pod.start();
  pod.probe('db', 'readiness', false, 'status 503');
  const root = { process: 'db', state: 'running', finding: said('status 503') };
  expect(explainAll(pod.pod)).toMatchObject([
    { process: 'db', dependents: ['seed', 'web'], root: null },
    { process: 'seed', dependents: ['web'], root: null },
    { process: 'web', dependents: ['app'], root },
    { process: 'app', dependents: [], root },
  ]);
});
