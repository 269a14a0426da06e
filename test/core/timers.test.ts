import { describe, expect, test } from 'vitest';
import type { ArmTimer } from '../../src/core/command.ts';
import type { TimerPurpose } from '../../src/core/process-state.ts';
import { CoreDriver } from '../support/core-driver.ts';
import { said } from '../support/said.ts';

const armed = (pod: CoreDriver, purpose: TimerPurpose): ArmTimer => {
  const timer = [...pod.timers.values()].find((timer) => timer.purpose === purpose);
  if (timer === undefined) throw new Error(`no ${purpose} timer is armed`);
  return timer;
};

/** Fires it as if it had been on its way already when it was taken back. */
const expectUnheard = (pod: CoreDriver, timer: ArmTimer): void => {
  const { pod: before } = pod;
  const commands = pod.commands.length;
  pod.fire(timer);
  expect(pod.commands).toHaveLength(commands);
  expect(pod.pod).toEqual(before);
};

describe('a late timer has no effect:', () => {
  test('that of a restart, after a start by hand', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    const timer = armed(pod, 'retry');
    pod.request('start', 'redis');
    expectUnheard(pod, timer);
  });

  test('that of a restart, in the back-off after the one it was armed for', () => {
    const pod = new CoreDriver({ redis: {}, app: { dependsOn: [] } });
    pod.start();
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    const timer = armed(pod, 'retry');
    pod.advance(1_000);
    pod.exits('redis', 1);
    expectUnheard(pod, timer);
  });

  test('that of a startup probe, after the next launch', () => {
    const pod = new CoreDriver({ redis: { startup: {} }, app: {} });
    pod.start();
    const timer = armed(pod, 'startup-deadline');
    pod.exits('redis', 1);
    expectUnheard(pod, timer);
  });

  test('that of another probe, after the next launch', () => {
    const pod = new CoreDriver({ redis: { readiness: {} }, app: {} });
    pod.start();
    pod.probe('redis', 'readiness', true);
    const timer = armed(pod, 'readiness');
    pod.exits('redis', 1);
    expectUnheard(pod, timer);
  });

  test('that of the grace, after the signal', () => {
    const pod = new CoreDriver({ app: { preStop: true } });
    pod.start();
    pod.stop();
    const timer = armed(pod, 'grace');
    pod.hookEnds('app', 'preStop');
    expectUnheard(pod, timer);
  });

  test('that of the kill, after the process has come back', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('restart', 'redis');
    const timer = armed(pod, 'kill');
    pod.exits('redis', 0);
    expectUnheard(pod, timer);
  });

  test('that of the kill, when a shorter grace has taken its place', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    const timer = armed(pod, 'kill');
    pod.stop(3_000);
    expectUnheard(pod, timer);
  });

  test('that of the write-off, after the process has gone', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('restart', 'redis');
    pod.advance(10_000);
    const timer = armed(pod, 'lost');
    pod.exits('redis', 'SIGKILL');
    expectUnheard(pod, timer);
  });

  test('that of the start timeout, after the start', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start(1_000);
    const timer = armed(pod, 'start-timeout');
    pod.probe('app', 'readiness', true);
    expectUnheard(pod, timer);
  });
});

describe('a late event of an earlier run has no effect:', () => {
  test.each([
    { type: 'launched', workload: { pid: 9 }, imageSignal: null },
    { type: 'gone', exit: { code: 0, signal: null, status: 0, failure: null }, survivors: [] },
    { type: 'root-exited', exit: { code: 0, signal: null, status: 0, failure: null } },
    { type: 'hook-ended', hook: 'postStart', ok: false, finding: said('') },
    { type: 'probed', probe: 'readiness', attempt: null, ok: true, finding: said('') },
  ] as const)('$type', (late) => {
    const pod = new CoreDriver({ redis: { readiness: {} }, app: {} });
    pod.start();
    pod.exits('redis', 1);
    const { pod: before } = pod;
    const commands = pod.commands.length;
    pod.send({ ...late, process: 'redis', generation: 1 });
    expect(pod.commands).toHaveLength(commands);
    expect(pod.pod).toEqual(before);
  });

  test('the exit of one that was written off', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('restart', 'redis');
    pod.advance(15_000);
    expect(pod.state('redis')).toBe('failed');
    pod.request('restart', 'redis');
    expect(pod.state('redis')).toBe('ready');
    expect(pod.explain('redis').restarts).toBe(1);
    const exit = { code: null, signal: 'SIGKILL', status: 137, failure: null };
    pod.send({ type: 'gone', process: 'redis', generation: 1, exit, survivors: [] });
    expect(pod.state('redis')).toBe('ready');
  });
});
