import { expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { notFound } from '../support/not-found.ts';
import type { PodDescription } from '../support/pod-spec.ts';

const started = (pod: PodDescription): CoreDriver => {
  const driver = new CoreDriver(pod);
  driver.start();
  driver.did();
  return driver;
};

test('a change of its files restarts a process, and its neighbours stay', () => {
  const pod = started({ redis: {}, app: {} });
  pod.changes('app', ['src/a.js', 'src/b.js']);
  expect(pod.lastReport('app')?.reason).toEqual({
    kind: 'files-changed',
    files: ['src/a.js', 'src/b.js'],
    count: 2,
  });
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['signal app SIGTERM', 'launch app']);
  expect(pod.pod.stop).toBeNull();
});

test('what restarts with a process follows its restart on a change, in order', () => {
  const pod = started({
    api: {},
    web: { dependsOn: [{ process: 'api', restart: true }] },
    app: { dependsOn: [] },
  });
  pod.changes('api');
  expect(pod.did()).toEqual(['signal web SIGTERM']);
  pod.exits('web', 'SIGTERM');
  pod.exits('api', 'SIGTERM');
  expect(pod.did()).toEqual(['signal api SIGTERM', 'launch api', 'launch web']);
});

test('a change during the restart that another change asked for brings no second restart', () => {
  const pod = started({ app: {} });
  pod.changes('app');
  pod.changes('app');
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['signal app SIGTERM', 'launch app']);
});

test('a primary that crashes waits for a change where it is said to', () => {
  const pod = started({ redis: {}, app: { waitsForChange: true } });
  pod.exits('app', 1);
  expect(pod.state('app')).toBe('failed');
  expect(pod.explain('app').reason).toMatchObject({ kind: 'waits-for-change', exit: { code: 1 } });
  expect(pod.pod.stop).toBeNull();
  pod.changes('app');
  expect(pod.did()).toEqual(['launch app']);
});

test('a primary that could not even be started waits for a change', () => {
  const pod = new CoreDriver({ app: { waitsForChange: true } }, { launches: 'by-hand' });
  pod.start();
  pod.exits('app', 127, notFound());
  expect(pod.pod.stop).toBeNull();
  expect(pod.explain('app').reason).toMatchObject({ kind: 'waits-for-change' });
});

test('a primary that waits for a change and exits 0 ends the pod', () => {
  const pod = started({ app: { waitsForChange: true } });
  pod.exits('app', 0);
  expect(pod.exitCode).toBe(0);
});

test('a pod whose primary waits for a change can be stopped', () => {
  const pod = started({ redis: {}, app: { waitsForChange: true } });
  pod.exits('app', 1);
  pod.stop();
  pod.exits('redis', 'SIGTERM');
  expect(pod.exitCode).toBe(0);
});

test('what depends on a primary that waits for a change waits with it, essential or not', () => {
  const pod = started({
    app: { waitsForChange: true, readiness: {} },
    proxy: { dependsOn: ['app'], essential: true },
  });
  pod.exits('app', 1);
  expect(pod.pod.stop).toBeNull();
  expect(pod.explain('proxy').blockers).toMatchObject([{ process: 'app', permanent: false }]);
});

test('a crashed process does not wait for its back-off when its files change', () => {
  const pod = started({ worker: {}, app: { dependsOn: [] } });
  pod.exits('worker', 1);
  pod.exits('worker', 1);
  expect(pod.state('worker')).toBe('backoff');
  pod.did();
  pod.changes('worker');
  expect(pod.did()).toEqual(['launch worker']);
  expect(pod.timers.size).toBe(0);
});

test('a process that was stopped by hand stays down when its files change', () => {
  const pod = started({ worker: {}, app: {} });
  pod.request('stop', 'worker');
  pod.exits('worker', 'SIGTERM');
  pod.did();
  pod.changes('worker');
  expect(pod.did()).toEqual([]);
});

test('an init task that has completed runs again when an env file of its own has changed', () => {
  const pod = started({ migrate: { role: 'init' }, app: {} });
  pod.exits('migrate', 0);
  pod.did();
  pod.changes('migrate');
  expect(pod.did()).toEqual(['launch migrate']);
});

test('a process that takes a signal on changes gets it and stays up', () => {
  const pod = started({ worker: {}, app: {} });
  pod.changes('worker', ['worker.conf'], 'SIGHUP');
  expect(pod.did()).toEqual(['pass SIGHUP to worker']);
  expect(pod.state('worker')).toBe('ready');
  expect(pod.events().at(-1)).toEqual({
    type: 'signalled',
    name: 'worker',
    signal: 'SIGHUP',
    files: ['worker.conf'],
    count: 1,
  });
});

test('a process that has not started yet is restarted rather than signalled: it may know no signal yet', () => {
  const pod = started({ worker: { startup: {} }, app: { dependsOn: [] } });
  pod.changes('worker', ['worker.conf'], 'SIGHUP');
  pod.exits('worker', 'SIGTERM');
  expect(pod.did()).toEqual(['signal worker SIGTERM', 'launch worker']);
});

test('a change during the stop is ignored', () => {
  const pod = started({ app: {} });
  pod.stop();
  pod.did();
  pod.changes('app');
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['end 0']);
});

test('a change of what nobody knows is ignored', () => {
  const pod = started({ app: {} });
  pod.changes('nobody');
  expect(pod.did()).toEqual([]);
});
