import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../support/core-driver.ts';
import { notFound } from '../support/not-found.ts';

describe('a primary that ends by itself', () => {
  test.each([
    [0, 0],
    [3, 3],
    [127, 127],
    ['SIGSEGV', 139],
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ] as const)('with %s gives the pod the exit code %i', (end, code) => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.exits('app', end);
    pod.exits('redis', 77);
    expect(pod.exitCode).toBe(code);
  });

  test('gives the exit code 127 when its command is not found', () => {
    const pod = new CoreDriver({ app: {} }, { launches: 'by-hand' });
    pod.start();
    pod.exits('app', 127, notFound());
    expect(pod.exitCode).toBe(127);
  });

  test('gives the exit code of the last of its runs', () => {
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
  ] as const)('with %s after a probe stopped it gives the exit code %i', (end, code) => {
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
  ] as const)('gives the exit code that follows when the primary then %s', (_, end, code) => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', end);
    expect(pod.exitCode).toBe(code);
  });

  test('gives 0 when the primary dies of the stop signal of its config', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    pod.exits('app', 'SIGINT');
    expect(pod.exitCode).toBe(0);
  });

  test('gives 0 when the primary exits with 128 + the number of the signal it was sent, as a JVM does', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 143);
    expect(pod.exitCode).toBe(0);
  });

  test('gives the code of the primary when it exits with 128 + the number of another signal', () => {
    const pod = new CoreDriver({ app: { stop: { signal: 'SIGINT' } } });
    pod.start();
    pod.stop();
    pod.exits('app', 143);
    expect(pod.exitCode).toBe(143);
  });

  test('gives 137 when the primary has to be killed', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGKILL');
    expect(pod.exitCode).toBe(137);
  });

  test('gives 0 when only what the primary left behind has to be killed', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(10_000);
    pod.exits('app', 'SIGTERM');
    expect(pod.exitCode).toBe(0);
  });

  test('gives 137 when the primary never ends', () => {
    const pod = new CoreDriver({ app: {} });
    pod.start();
    pod.stop();
    pod.advance(60_000);
    expect(pod.exitCode).toBe(137);
  });

  test('gives the code of a primary that a SIGTERM from elsewhere ended before its turn', () => {
    const pod = new CoreDriver({ proxy: { dependsOn: ['app'] }, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 'SIGTERM');
    pod.exits('proxy', 0);
    expect(pod.exitCode).toBe(143);
  });

  test('does not count how sidecars end', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.stop();
    pod.exits('app', 0);
    pod.advance(20_000);
    expect(pod.exitCode).toBe(0);
  });

  test('gives 0 when the primary waits to be started or restarted', () => {
    const pod = new CoreDriver({ app: { restart: 'always' } });
    pod.start();
    pod.exits('app', 1);
    pod.exits('app', 1);
    pod.stop();
    expect(pod.exitCode).toBe(0);
  });

  test('gives 0 when the primary was stopped by hand', () => {
    const pod = new CoreDriver({ redis: {}, app: {} });
    pod.start();
    pod.request('stop', 'app');
    pod.exits('app', 9);
    pod.stop();
    pod.exits('redis', 0);
    expect(pod.exitCode).toBe(0);
  });
});

test('a pod that cannot start ends with 1', () => {
  const pod = new CoreDriver({ migrate: { role: 'init' }, app: {} });
  pod.start();
  pod.exits('migrate', 42);
  expect(pod.exitCode).toBe(1);
});

test('a pod ends with 1 when an essential process gives up, whatever the primary then exits with', () => {
  const pod = new CoreDriver({ shipper: { essential: true, restart: 'never' }, app: {} });
  pod.start();
  pod.exits('shipper', 42);
  pod.exits('app', 0);
  expect(pod.exitCode).toBe(1);
});
