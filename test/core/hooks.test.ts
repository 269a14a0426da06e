import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { said } from '../support/said.ts';

describe('a postStart hook', () => {
  test('starts with its process, and what depends on that waits for the hook', () => {
    const pod = new CoreDriver({ redis: { postStart: true }, app: {} });
    pod.start();
    expect(pod.did()).toEqual(['launch redis', 'run redis postStart']);
    expect(pod.state('redis')).toBe('starting');
    pod.hookEnds('redis', 'postStart');
    expect(pod.did()).toEqual(['launch app']);
  });

  test('runs for every run anew', () => {
    const pod = new CoreDriver({ redis: { postStart: true }, app: { dependsOn: [] } });
    pod.start();
    pod.hookEnds('redis', 'postStart');
    pod.exits('redis', 1);
    expect(pod.did().filter((what) => what === 'run redis postStart')).toHaveLength(2);
    expect(pod.state('redis')).toBe('starting');
  });

  test('that fails has its process stopped, and the restart policy decides', () => {
    const pod = new CoreDriver({ redis: { postStart: true, preStop: true }, app: {} });
    pod.start();
    pod.did();
    pod.hookEnds('redis', 'postStart', false);
    expect(pod.lastReport('redis')).toMatchObject({
      state: 'stopping',
      reason: { kind: 'hook-failed', hook: 'postStart', finding: said('exit code 1') },
    });
    pod.hookEnds('redis', 'preStop');
    pod.exits('redis', 'SIGTERM');
    expect(pod.did()).toEqual([
      'run redis preStop',
      'signal redis SIGTERM',
      'launch redis',
      'run redis postStart',
    ]);
  });

  test('that fails makes a primary fail, even when that then exits 0', () => {
    const pod = new CoreDriver({ app: { postStart: true } });
    pod.start();
    pod.hookEnds('app', 'postStart', false);
    pod.exits('app', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('is cancelled by a stop, and its late end is not heard', () => {
    const pod = new CoreDriver({ app: { postStart: true } });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.did()).toEqual(['cancel app postStart', 'signal app SIGTERM']);
    pod.send({
      type: 'hook-ended',
      process: 'app',
      generation: 1,
      hook: 'postStart',
      ok: false,
      finding: said('cancelled'),
    });
    expect(pod.state('app')).toBe('stopping');
    expect(pod.explain('app').stop?.reason).toEqual({ kind: 'pod-stops' });
  });

  test('of an earlier run ends without effect', () => {
    const pod = new CoreDriver({ redis: { postStart: true }, app: {} });
    pod.start();
    pod.exits('redis', 1);
    const end = {
      type: 'hook-ended',
      process: 'redis',
      hook: 'postStart',
      ok: true,
      finding: said(''),
    } as const;
    pod.send({ ...end, generation: 1 });
    expect(pod.state('redis')).toBe('starting');
    pod.send({ ...end, generation: 2 });
    expect(pod.state('redis')).toBe('ready');
  });
});

describe('a preStop hook', () => {
  test('of every process starts at once with the stop of the pod, while the signals follow the order', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: { preStop: true } });
    pod.start();
    pod.did();
    pod.stop();
    expect(pod.did()).toEqual(['run redis preStop', 'run app preStop']);
    pod.hookEnds('redis', 'preStop');
    expect(pod.did()).toEqual([]);
    pod.hookEnds('app', 'preStop');
    expect(pod.did()).toEqual(['signal app SIGTERM']);
    pod.exits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['signal redis SIGTERM']);
  });

  test('that fails is followed by the signal all the same', () => {
    const pod = new CoreDriver({ app: { preStop: true } });
    pod.start();
    pod.stop();
    pod.hookEnds('app', 'preStop', false);
    expect(pod.did()).toContain('signal app SIGTERM');
  });

  test('that overruns the grace is cut off, and the process still has the minimum grace', () => {
    const pod = new CoreDriver({ app: { preStop: true } });
    pod.start();
    pod.stop();
    pod.advance(12_000);
    expect(pod.timeline()).toEqual([
      '0 launch app',
      '0 run app preStop',
      '10000 cancel app preStop',
      '10000 signal app SIGTERM',
      '12000 kill app',
    ]);
  });

  test('takes its time from the grace', () => {
    const pod = new CoreDriver({ app: { preStop: true } });
    pod.start();
    pod.stop();
    pod.advance(7_000);
    pod.hookEnds('app', 'preStop');
    pod.advance(3_000);
    expect(pod.timeline().slice(2)).toEqual(['7000 signal app SIGTERM', '10000 kill app']);
  });

  test('runs before a stop by hand too', () => {
    const pod = new CoreDriver({ redis: { preStop: true }, app: {} });
    pod.start();
    pod.did();
    pod.request('stop', 'redis');
    expect(pod.did()).toEqual(['run redis preStop']);
    pod.hookEnds('redis', 'preStop');
    expect(pod.did()).toEqual(['signal redis SIGTERM']);
  });

  test('whose process ends meanwhile leaves that stopped, not crashed', () => {
    const pod = new CoreDriver({ nginx: { preStop: true }, app: {} });
    pod.start();
    pod.request('stop', 'nginx');
    pod.exits('nginx', 0);
    expect(pod.lastReport('nginx')).toMatchObject({ state: 'stopped', reason: { kind: 'stop-requested' } });
  });

  test('does not run in a stop without grace', () => {
    const pod = new CoreDriver({ app: { preStop: true } });
    pod.start();
    pod.stop(0);
    expect(pod.did()).toEqual(['launch app', 'signal app SIGTERM']);
  });
});

describe('the stop command', () => {
  const stop = { command: { kind: 'shell', line: 'redis-cli shutdown' } } as const;

  test('runs in place of the signal', () => {
    const pod = new CoreDriver({ redis: { stop }, app: {} });
    pod.start();
    pod.did();
    pod.stop();
    pod.exits('app', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'run redis stop']);
    pod.hookEnds('redis', 'stop');
    expect(pod.did()).toEqual([]);
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(0);
  });

  test('that fails is followed by the signal', () => {
    const pod = new CoreDriver({ app: { stop } });
    pod.start();
    pod.stop();
    pod.hookEnds('app', 'stop', false);
    expect(pod.did()).toEqual(['launch app', 'run app stop', 'signal app SIGTERM']);
  });

  test('is followed by the kill at the end of the grace when it does not return or the process does not end', () => {
    for (const returns of [true, false]) {
      const pod = new CoreDriver({ app: { stop } });
      pod.start();
      pod.stop();
      if (returns) pod.hookEnds('app', 'stop');
      pod.advance(10_000);
      expect(pod.timeline().slice(1)).toEqual(['0 run app stop', '10000 kill app']);
    }
  });

  test('that fails after the kill is followed by nothing', () => {
    const pod = new CoreDriver({ app: { stop } });
    pod.start();
    pod.stop();
    pod.kill();
    pod.send({
      type: 'hook-ended',
      process: 'app',
      generation: 1,
      hook: 'stop',
      ok: false,
      finding: said('killed'),
    });
    expect(pod.did()).toEqual(['launch app', 'run app stop', 'kill app']);
  });
});
