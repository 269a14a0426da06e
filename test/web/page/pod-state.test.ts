import { describe, expect, test } from 'vitest';
import type { LiveMessage } from '../../../src/web/page/state/live-reader.ts';
import { PodState } from '../../../src/web/page/state/pod-state.ts';
import { FakePod, processSnapshot } from '../../support/fake-pod.ts';

const output = (seq: number, line: string) => ({
  type: 'log' as const,
  time: new Date(Date.UTC(2026, 10, 20) + seq).toISOString(),
  seq,
  process: 'web',
  stream: 'stdout' as const,
  line,
});

const event = (seq: number, text?: string) => ({
  type: 'process',
  time: new Date(Date.UTC(2026, 10, 20) + seq).toISOString(),
  seq,
  ...(text === undefined ? {} : { text }),
});

const events = (...items: ReadonlyArray<ReturnType<typeof event>>): LiveMessage => ({
  from: 'events',
  items,
});

/** Turns that come when the test says so. */
const turns = () => {
  const calls: Array<() => void> = [];
  const pod = new PodState((call) => calls.push(call));
  const turn = (): void => {
    for (const call of calls.splice(0)) call();
  };
  return { pod, calls, turn };
};

describe('what the page knows', () => {
  test('is told to views once a turn, however much has come', () => {
    const { pod, calls, turn } = turns();
    let told = 0;
    pod.logsChanged.subscribe(() => (told += 1));
    for (let seq = 1; seq <= 1_000; seq += 1)
      pod.take({ from: 'logs', items: [output(seq, String(seq))] }, 0);
    expect([calls.length, told, pod.logsChanged.version]).toEqual([1, 0, 0]);
    turn();
    expect([told, pod.logsChanged.version, pod.logs.count]).toEqual([1, 1, 1_000]);
  });

  test('has the sentences of events among the lines, once, though each connection brings all events', () => {
    const { pod } = turns();
    pod.take(events(event(1, 'web is ready'), event(2)), 0);
    pod.take(events(event(1, 'web is ready'), event(2), event(3, 'web has ended')), 0);
    expect(pod.logs.shown.map(({ process, text }) => [process, text])).toEqual([
      ['sidecarctl', 'web is ready'],
      ['sidecarctl', 'web has ended'],
    ]);
  });

  test('knows where to go on, and says how much is missing where it is', () => {
    const { pod } = turns();
    pod.take(
      { from: 'logs', items: [output(7, 'one'), { type: 'missed', count: 1_204 }, output(4_000, 'two')] },
      0,
    );
    expect(pod.lastLine).toBe(4_000);
    expect(pod.logs.shown.map(({ kind, text }) => [kind, text])).toEqual([
      ['stdout', 'one'],
      ['gap', '1,204 lines are missing here: they came faster than this page could read them'],
      ['stdout', 'two'],
    ]);
  });

  test('shows everything as down once the pod has ended, though the last snapshot is older', () => {
    const { pod } = turns();
    const { snapshot } = new FakePod([
      processSnapshot({ name: 'web', state: 'stopping' }),
      processSnapshot({ name: 'task', state: 'failed' }),
    ]);
    pod.take({ from: 'pod', items: [snapshot] }, 0);
    expect(pod.link).toBe('live');
    pod.take({ from: 'ended', items: [] }, 0);
    expect([pod.link, pod.snapshot?.state, pod.snapshot?.processes.map(({ state }) => state)]).toEqual([
      'ended',
      'stopped',
      ['stopped', 'failed'],
    ]);
  });

  test('keeps ten minutes of usage, also of what has ended, and then forgets it', () => {
    const { pod } = turns();
    const usage = { cpu: 0.5, memory: 1_024, processes: 1 };
    const sample = (second: number, names: readonly string[]): void =>
      pod.take(
        { from: 'usage', items: [{ processes: Object.fromEntries(names.map((name) => [name, usage])) }] },
        second * 1_000,
      );
    sample(0, ['web', 'task']);
    for (let second = 1; second <= 700; second += 1) sample(second, ['web']);
    expect(pod.usage.of('web').length).toBe(600);
    expect(pod.usage.names).toEqual(['web']);
  });
});
