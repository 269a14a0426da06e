import { expect, test } from 'vitest';
import { ObservedPod } from '../../../src/programs/monitor/observed-pod.ts';
import type { PodState } from '../../../src/programs/pod/pod-state.ts';

const NOTHING = { app: null, origin: null, pid: 1, launchedAt: 1, ports: [], logFile: null };

const podOf = (state: string, seq = 5, ...names: string[]): PodState => ({
  ...{ seq, name: 'shop' },
  processes: ['web', ...names].map((name) => ({ name, role: 'primary', state, restarts: 1, ...NOTHING })),
});

const USAGE = { web: { cpu: 0.5, memory: 100, processes: 1 } };

const observe = (state: string, seq?: number): ObservedPod => {
  const pod = new ObservedPod();
  pod.setPod(podOf(state, seq));
  pod.setUsage(USAGE);
  return pod;
};

test('a pod is known once it and its usage are', () => {
  const pod = new ObservedPod();
  expect([pod.isKnown, pod.all()]).toEqual([false, []]);
  pod.setPod(podOf('ready'));
  expect(pod.isKnown).toBe(false);
  pod.setUsage(USAGE);
  expect(pod.isKnown).toBe(true);
  pod.losePod();
  expect([pod.isKnown, pod.all()]).toEqual([false, []]);
});

test('states and restarts are those of the newest event', () => {
  const pod = observe('ready');
  expect(pod.take({ type: 'process', seq: 6, name: 'web', state: 'running', restarts: 2 })).toBe(true);
  expect(pod.all()).toMatchObject([{ name: 'web', role: 'primary', state: 'running', restarts: 2 }]);
});

test('of what happened before the snapshot, only the results of probes count', () => {
  const pod = observe('ready');
  pod.take({ type: 'probe', seq: 2, name: 'web', probe: 'readiness', ok: false });
  pod.take({ type: 'process', seq: 3, name: 'web', state: 'starting', restarts: 0 });
  pod.take({ type: 'probe', seq: 4, name: 'web', probe: 'liveness', ok: true });
  pod.take({ type: 'reload', seq: 5 });
  expect(pod.all()).toEqual([
    {
      ...{ name: 'web', role: 'primary', state: 'ready', restarts: 1, usage: USAGE.web },
      probes: new Map([['liveness', true]]),
    },
  ]);
});

test.each(['pending', 'backoff', 'completed', 'failed', 'stopped'])(
  'nothing is left of a launch when its process is %s',
  (state) => {
    const pod = observe('ready');
    pod.take({ type: 'probe', seq: 6, name: 'web', probe: 'readiness', ok: true });
    pod.take({ type: 'process', seq: 7, name: 'web', state });
    expect(pod.all()).toMatchObject([{ usage: null, probes: new Map() }]);
    pod.take({ type: 'process', seq: 8, name: 'web', state: 'starting' });
    expect(pod.all()).toMatchObject([{ usage: null }]);
  },
);

test.each([
  ['a reload', { type: 'reload', seq: 6 }],
  ['a process that is not known', { type: 'process', seq: 6, name: 'new', state: 'pending' }],
])('%s needs a new snapshot', (_, event) => {
  expect(observe('ready').take(event)).toBe(false);
});

test('events that were missed need a new snapshot, unless they are older than the one that there is', () => {
  const pod = observe('ready');
  expect(pod.take({ type: 'missed' })).toBe(true);
  pod.take({ type: 'process', seq: 6, name: 'web', state: 'ready' });
  expect(pod.take({ type: 'missed' })).toBe(false);
});
