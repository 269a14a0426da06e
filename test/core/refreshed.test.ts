import { expect, test } from 'vitest';
import type { FileChangeAction, RefreshSpec } from '../../src/model/pod-spec.ts';
import { CoreDriver } from '../support/core-driver.ts';
import type { PodDescription, ProcessDescription } from '../support/pod-spec.ts';

const HUP: FileChangeAction = { kind: 'signal', signal: 'SIGHUP' };

const reads = (file: string | null, onChange: FileChangeAction = { kind: 'restart' }): RefreshSpec => ({
  by: 'conf',
  file,
  onChange,
});

const podOf = (refreshes: readonly RefreshSpec[], more: ProcessDescription = {}): PodDescription => ({
  conf: {},
  web: { refreshes, ...more },
  app: { dependsOn: [] },
});

const running = (refreshes: readonly RefreshSpec[], more: ProcessDescription = {}): CoreDriver => {
  const pod = new CoreDriver(podOf(refreshes, more));
  pod.start();
  pod.did();
  return pod;
};

const refresh = (pod: CoreDriver, ...files: string[]): void =>
  pod.send({ type: 'refreshed', process: 'conf', files });

test('a process restarts when a file of its own is rendered anew, and others stay', () => {
  const pod = running([reads('app.conf')]);
  refresh(pod, 'other.conf');
  expect(pod.did()).toEqual([]);
  refresh(pod, 'app.conf', 'other.conf');
  expect(pod.did()).toEqual(['signal web SIGTERM']);
  expect(pod.lastReport('web')?.reason).toEqual({ kind: 'files-changed', files: ['app.conf'], count: 1 });
  pod.exits('web', 'SIGTERM');
  expect(pod.did()).toEqual(['launch web']);
});

test('a signal, nothing, or a restart: each file as it says, and a restart once', () => {
  const none = running([reads('a', { kind: 'none' })]);
  refresh(none, 'a');
  expect(none.did()).toEqual([]);
  const signalled = running([
    reads('a', HUP),
    reads('b', HUP),
    reads(null, { kind: 'signal', signal: 'SIGUSR1' }),
  ]);
  refresh(signalled, 'a', 'b');
  expect(signalled.did()).toEqual(['pass SIGHUP to web', 'pass SIGUSR1 to web']);
  const both = running([reads('a', HUP), reads('b')]);
  refresh(both, 'a', 'b');
  expect(both.did()).toEqual(['signal web SIGTERM']);
});

test('a signal that would come before the process has started is a restart', () => {
  const pod = running([reads('a', HUP)], { startup: {} });
  refresh(pod, 'a');
  expect(pod.did()).toEqual(['signal web SIGTERM']);
});

test('a refresh during the restart of a reload brings no second restart, nor the other way round', () => {
  const pod = running([reads('a')], { version: 1 });
  pod.reload(podOf([reads('a')], { version: 2 }));
  refresh(pod, 'a');
  pod.exits('web', 'SIGTERM');
  expect(pod.did()).toEqual(['signal web SIGTERM', 'launch web']);
  refresh(pod, 'a');
  pod.reload(podOf([reads('a')], { version: 3 }));
  pod.exits('web', 'SIGTERM');
  expect(pod.did()).toEqual(['signal web SIGTERM', 'launch web']);
});

test('another action of the config counts from the next refresh on, and restarts nothing itself', () => {
  const pod = running([reads('a')]);
  pod.reload(podOf([reads('a', HUP)]));
  expect(pod.did()).toEqual([]);
  refresh(pod, 'a');
  expect(pod.did()).toEqual(['pass SIGHUP to web']);
});

test('what was stopped by hand stays down, and an init task that has run does not run again', () => {
  const stopped = running([reads('a')]);
  stopped.ask({ type: 'request', request: 'stop', process: 'web' });
  stopped.exits('web', 'SIGTERM');
  stopped.did();
  refresh(stopped, 'a');
  expect(stopped.did()).toEqual([]);
  const pod = running([reads('a')], { role: 'init' });
  pod.exits('web', 0);
  pod.did();
  refresh(pod, 'a');
  expect(pod.did()).toEqual([]);
});

test('a process that waits to be restarted after a crash starts at once: the new file may be the repair', () => {
  const pod = running([reads('a')]);
  for (let crash = 0; pod.state('web') !== 'backoff' && crash < 5; crash++) pod.exits('web', 1);
  pod.did();
  refresh(pod, 'a');
  expect(pod.did()).toEqual(['launch web']);
});

test('nothing happens while the pod stops', () => {
  const pod = running([reads('a')], { stop: { grace: 5_000 } });
  pod.ask({ type: 'stop', by: 'a test', grace: null });
  const before = pod.did();
  refresh(pod, 'a');
  expect([before.length > 0, pod.did()]).toEqual([true, []]);
});
