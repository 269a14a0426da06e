import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { wovenPod } from '../support/pod-spec.ts';
import { said } from '../support/said.ts';

const unwanted = { desired: false };

describe('a pod without its primary', () => {
  test('runs once all that is wanted is ready or completed', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, redis: { readiness: {} }, app: unwanted });
    pod.start();
    pod.exits('seed', 0);
    expect(pod.pod.phase).toBe('starting');
    pod.probe('redis', 'readiness', true);
    expect(pod.pod.phase).toBe('running');
    expect(pod.did()).toEqual(['launch seed', 'launch redis']);
  });

  test('is over with 0 when all that was wanted has completed', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, app: unwanted });
    pod.start();
    pod.exits('seed', 0);
    expect(pod.pod.stop?.reason).toEqual({ kind: 'nothing-left', failed: [] });
    expect(pod.exitCode).toBe(0);
  });

  test('is over with 1 when something has failed, and names it with what waited for it', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, redis: { dependsOn: ['seed'] }, app: unwanted });
    pod.start();
    pod.exits('seed', 1);
    expect(pod.pod.stop?.reason).toEqual({ kind: 'nothing-left', failed: ['seed', 'redis'] });
    expect(pod.exitCode).toBe(1);
  });

  test('goes on when what was left was stopped by hand', () => {
    const pod = new CoreDriver({ seed: { role: 'init' }, redis: {}, app: unwanted });
    pod.start();
    pod.exits('seed', 0);
    pod.request('stop', 'redis');
    pod.exits('redis', 0);
    expect(pod.exitCode).toBeNull();
    pod.request('start', 'redis');
    expect(pod.state('redis')).toBe('ready');
  });

  test('follows the primary as soon as that is started by hand', () => {
    const pod = new CoreDriver({ redis: {}, app: unwanted });
    pod.start();
    pod.request('start', 'app');
    pod.exits('app', 6);
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(6);
  });

  test('stops with 0 on request', () => {
    const pod = new CoreDriver({ redis: {}, app: unwanted });
    pod.start();
    pod.stop();
    pod.exits('redis', 3);
    expect(pod.exitCode).toBe(0);
  });
});

describe('the start timeout', () => {
  const reasonOf = (pod: CoreDriver) => pod.pod.stop?.reason;

  test('stops the pod with 1 and names what was waited for, not all that stands behind it', () => {
    const pod = new CoreDriver({
      redis: { readiness: {} },
      api: { dependsOn: ['redis'] },
      app: {},
    });
    pod.start(5_000);
    pod.probe('redis', 'readiness', false, 'connect ECONNREFUSED');
    pod.advance(5_000);
    expect(reasonOf(pod)).toEqual({
      kind: 'start-timeout',
      after: 5_000,
      waits: [{ process: 'redis', state: 'running', finding: said('connect ECONNREFUSED'), end: null }],
    });
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(1);
  });

  test('names the primary itself when that is not ready', () => {
    const pod = new CoreDriver({ redis: {}, app: { startup: {} } });
    pod.start(5_000);
    pod.advance(5_000);
    expect(reasonOf(pod)).toMatchObject({ waits: [{ process: 'app', state: 'starting' }] });
  });

  test('leaves out what the primary does not wait for', () => {
    const pod = new CoreDriver({
      slow: { readiness: {} },
      redis: { readiness: {} },
      app: { dependsOn: ['redis'] },
    });
    pod.start(5_000);
    pod.advance(5_000);
    expect(reasonOf(pod)).toMatchObject({ waits: [{ process: 'redis' }] });
  });

  test('names what was stopped by hand or waits to be restarted', () => {
    const pod = new CoreDriver({ redis: { readiness: {} }, queue: { readiness: {} }, app: {} });
    pod.start(500);
    pod.exits('redis', 1);
    pod.exits('redis', 1);
    pod.request('stop', 'queue');
    pod.exits('queue', 0);
    pod.advance(500);
    expect(reasonOf(pod)).toMatchObject({
      waits: [
        { process: 'redis', state: 'backoff' },
        { process: 'queue', state: 'stopped' },
      ],
    });
  });

  test('looks at each process once, however the graph is woven', () => {
    const pod = new CoreDriver({ ...wovenPod(25, true), app: { dependsOn: ['top'] } });
    pod.start(500);
    pod.advance(500);
    expect(reasonOf(pod)).toMatchObject({ waits: [{ process: 'a0' }, { process: 'b0' }] });
  });

  test('says what the startup probe said last while the postStart hook runs', () => {
    const pod = new CoreDriver({ app: { startup: {}, postStart: true } });
    pod.start(500);
    pod.probe('app', 'startup', false, 'no socket');
    pod.advance(500);
    expect(reasonOf(pod)).toMatchObject({ waits: [{ process: 'app', finding: said('no socket') }] });
  });

  test('is over once the primary is ready', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start(5_000);
    pod.probe('app', 'readiness', true);
    pod.advance(60_000);
    expect(pod.pod.phase).toBe('running');
  });

  test('without the primary it is over once all that is wanted is up', () => {
    const pod = new CoreDriver({ redis: { readiness: {} }, queue: { readiness: {} }, app: unwanted });
    pod.start(5_000);
    pod.probe('redis', 'readiness', true);
    pod.advance(4_000);
    expect(pod.timers.size).toBeGreaterThan(0);
    pod.advance(1_000);
    expect(reasonOf(pod)).toMatchObject({ kind: 'start-timeout', waits: [{ process: 'queue' }] });
  });

  test('does not fire into a stop', () => {
    const pod = new CoreDriver({ app: { readiness: {} } });
    pod.start(5_000);
    pod.stop();
    pod.advance(5_000);
    expect(reasonOf(pod)).toMatchObject({ kind: 'requested' });
  });
});
