import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';

describe('the primary ended by itself', () => {
  test.each([
    [0, 0],
    [3, 3],
    [127, 127],
    ['SIGSEGV', 139],
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ] as const)('with %s: the exit code is %i', (end, code) => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('app', end);
    pod.exits('redis', 77);
    expect(pod.exitCode).toBe(code);
  });

  test('its command was not found: 127', () => {
    const pod = new CoreDriver({ app: {} }, { launches: 'by-hand' });
    pod.start();
    pod.exits('app', 127, 'not found');
    expect(pod.exitCode).toBe(127);
  });

  test('the last of its runs counts', () => {
    const restart = { policy: 'on-failure', limit: { restarts: 1, within: 60_000 } } as const;
    const pod = new CoreDriver({ app: { restart } });
    pod.start();
    pod.exits('app', 2);
    pod.exits('app', 3);
    expect(pod.exitCode).toBe(3);
  });

  test.each([
    [0, 1],
    ['SIGTERM', 143],
  ] as const)('a probe had stopped it, and it went with %s: %i', (end, code) => {
    const pod = new CoreDriver({ app: { liveness: { failureThreshold: 1 } } });
    pod.start();
    pod.probe('app', 'liveness', false);
    pod.exits('app', end);
    expect(pod.exitCode).toBe(code);
  });
});

describe('a requested stop', () => {
  test.each([
    ['exits 0', 0, 0],
    ['dies of the signal it was sent', 'SIGTERM', 0],
    ['exits with a code of its own', 3, 3],
    ['dies of another signal', 'SIGSEGV', 139],
  ] as const)('and the primary then %s', (_, end, code) => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', end);
    expect(pod.exitCode).toBe(code);
  });

  test('the signal is the one that its config names', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    pod.exits('app', 'SIGINT');
    expect(pod.exitCode).toBe(0);
  });

  test('the primary spells the signal that it was sent as an exit code, as a JVM does: 0', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 143);
    expect(pod.exitCode).toBe(0);
  });

  test('the primary exits with the spelling of another signal: that is its code', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    pod.exits('app', 143);
    expect(pod.exitCode).toBe(143);
  });

  test('and the primary had to be killed: 137', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGKILL');
    expect(pod.exitCode).toBe(137);
  });

  test('and only what the primary had left behind had to be killed: 0', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGTERM');
    expect(pod.exitCode).toBe(0);
  });

  test('and the primary never went: 137', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(60_000);
    expect(pod.exitCode).toBe(137);
  });

  test('and the primary had a SIGTERM from elsewhere before its turn: its own end counts', () => {
    const pod = new CoreDriver({ proxy: { dependsOn: ['app'] }, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 'SIGTERM');
    pod.exits('proxy', 0);
    expect(pod.exitCode).toBe(143);
  });

  test('how sidecars went does not count', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 0);
    pod.advance(20_000);
    expect(pod.exitCode).toBe(0);
  });

  test('when the primary was waiting to be started or restarted: 0', () => {
    const pod = new CoreDriver({ app: { restart: 'always' } });
    pod.start();
    pod.exits('app', 1);
    pod.exits('app', 1);
    pod.stop();
    expect(pod.exitCode).toBe(0);
  });

  test('when the primary had been stopped by hand: 0', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'app');
    pod.exits('app', 9);
    pod.stop();
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(0);
  });
});

test('the pod could not start: 1', () => {
  const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
  pod.start();
  pod.exits('migrate', 42);
  expect(pod.exitCode).toBe(1);
});

test('an essential process gave up: 1, whatever the primary then exits with', () => {
  const pod = new CoreDriver({ shipper: { essential: true, restart: 'never' }, app: {} });
  pod.start();
  pod.exits('shipper', 42);
  pod.exits('app', 0);
  expect(pod.exitCode).toBe(1);
});
