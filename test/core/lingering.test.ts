import { describe, expect, test } from 'vitest';
import type { Survivor } from '../../src/model/survivor.ts';
import { CoreDriver } from '../support/core-driver.ts';
import type { PodDescription } from '../support/pod-spec.ts';

const started = (pod: PodDescription): CoreDriver => {
  const driver = new CoreDriver(pod);
  driver.start();
  driver.did();
  return driver;
};

const OF_ROOT: Survivor = { pid: 812, user: 'root', command: 'sleep 1000', why: 'not-permitted' };

describe('a main process that ends and leaves others behind', () => {
  test('leaves its process stopping until they are gone, and they are asked to go', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['terminate redis']);
    expect(pod.state('redis')).toBe('stopping');
    expect(pod.explain('redis').stop).toMatchObject({ stage: 'lingering', killAt: 2_000 });
    expect(pod.lastReport('redis')).toMatchObject({ pid: null, reason: { kind: 'root-exited' } });
  });

  test('has them killed after the minimum grace, and is restarted once they are gone', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 1);
    pod.did();
    pod.advance(1_999);
    expect(pod.did()).toEqual([]);
    pod.advance(1);
    expect(pod.did()).toEqual(['kill redis']);
    pod.exits('redis', 1);
    expect(pod.did()).toEqual(['launch redis']);
    expect(pod.explain('redis').restarts).toBe(1);
  });

  test('does so too after it has survived a signal', () => {
    const pod = started({ nginx: {}, app: {} });
    pod.changes('nginx', ['nginx.conf'], 'SIGHUP');
    pod.rootExits('nginx', 'SIGKILL');
    expect(pod.did()).toEqual(['pass SIGHUP to nginx', 'terminate nginx']);
    pod.advance(2_000);
    pod.exits('nginx', 'SIGKILL');
    expect(pod.did()).toEqual(['kill nginx', 'launch nginx']);
  });

  test('lets nothing start meanwhile that waits for it to be ready', () => {
    const pod = started({ redis: {}, api: { dependsOn: ['redis'], desired: false }, app: { dependsOn: [] } });
    pod.rootExits('redis', 1);
    pod.request('start', 'api');
    expect(pod.state('api')).toBe('pending');
    pod.exits('redis', 1);
    expect(pod.did()).toEqual(['terminate redis', 'launch redis', 'launch api']);
  });

  test('is probed no more, and its postStart hook is cancelled', () => {
    const pod = started({ redis: { readiness: {}, liveness: {}, postStart: true }, app: {} });
    pod.rootExits('redis', 1);
    expect(pod.did()).toEqual(['cancel redis postStart', 'terminate redis']);
    pod.advance(1_500);
    expect(pod.attempts('redis', 'readiness')).toEqual([]);
  });

  test('decides how and when its process ended, not what has to be killed after it', () => {
    const pod = started({ app: {} });
    pod.advance(300);
    pod.rootExits('app', 3);
    pod.advance(2_000);
    pod.exits('app', 3);
    expect(pod.explain('app').lastExit).toMatchObject({
      exit: { status: 3 },
      at: 300,
      ranFor: 300,
      after: 'itself',
    });
    expect(pod.exitCode).toBe(3);
  });

  test('completes an init task once they are gone', () => {
    const pod = started({ migrate: { role: 'init' }, app: {} });
    pod.rootExits('migrate', 0);
    pod.advance(2_000);
    expect(pod.did()).toEqual(['terminate migrate', 'kill migrate']);
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['launch app']);
  });

  test('has no second signal sent to its group in a stop, and the grace goes on', () => {
    const pod = started({ app: {} });
    pod.stop();
    pod.advance(4_000);
    pod.rootExits('app', 'SIGTERM');
    expect(pod.did()).toEqual(['signal app SIGTERM', 'terminate app, not its group']);
    pod.advance(5_999);
    expect(pod.did()).toEqual([]);
    pod.advance(1);
    expect(pod.did()).toEqual(['kill app']);
    pod.exits('app', 'SIGTERM');
    expect(pod.exitCode).toBe(0);
  });

  test('has the signal sent to all of them after a stop command, as nobody had it', () => {
    const pod = started({ app: { stop: { command: { kind: 'shell', line: 'stop' } } } });
    pod.stop();
    pod.rootExits('app', 0);
    expect(pod.did()).toEqual(['run app stop', 'terminate app']);
  });

  test('gets the minimum grace when it waited for its turn in a stop', () => {
    const pod = started({ redis: {}, app: {} });
    pod.stop();
    pod.rootExits('redis', 1);
    pod.advance(2_000);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'terminate redis', 'kill redis']);
  });

  test('gets no more time by a stop that comes meanwhile, and none by a kill', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 1);
    pod.advance(500);
    pod.request('stop', 'redis');
    expect(pod.explain('redis').stop).toMatchObject({ stage: 'lingering', killAt: 2_000 });
    pod.kill();
    expect(pod.did()).toContain('kill redis');
  });

  test('comes up when it is asked to start meanwhile, whatever its policy', () => {
    const pod = started({ redis: { restart: 'never' }, app: {} });
    pod.rootExits('redis', 1);
    pod.request('start', 'redis');
    pod.exits('redis', 1);
    expect(pod.did()).toEqual(['terminate redis', 'launch redis']);
  });

  test('changes nothing when its end is reported a second time', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 1);
    pod.did();
    pod.rootExits('redis', 2);
    expect(pod.did()).toEqual([]);
    expect(pod.explain('redis').stop?.rootExit).toMatchObject({ status: 1 });
  });
});

describe('a process that survives its kill', () => {
  test('has failed, and says what is left of it', () => {
    const pod = started({ vpn: {}, app: {} });
    pod.request('stop', 'vpn');
    pod.advance(10_000);
    pod.survives('vpn', [OF_ROOT]);
    expect(pod.state('vpn')).toBe('failed');
    expect(pod.lastReport('vpn')).toMatchObject({
      state: 'failed',
      reason: { kind: 'not-ended', survivors: [OF_ROOT] },
    });
  });

  test('is not restarted by its policy, by a change, or for one that depends on it', () => {
    const pod = started({ vpn: { restart: 'always' }, app: { dependsOn: [] }, api: { dependsOn: ['vpn'] } });
    pod.rootExits('vpn', 1);
    pod.advance(2_000);
    pod.survives('vpn', [OF_ROOT], 1);
    pod.did();
    pod.changes('vpn');
    pod.request('restart', 'api');
    pod.restartAll();
    pod.advance(60_000);
    expect(pod.launches('vpn')).toEqual([0]);
  });

  test('is not started by a reload either', () => {
    const pod = started({ vpn: {}, app: { dependsOn: [] } });
    pod.reload({ vpn: { version: 1 }, app: { dependsOn: [] } });
    pod.advance(10_000);
    pod.survives('vpn', [OF_ROOT]);
    pod.reload({ vpn: { version: 2 }, app: { dependsOn: [] } });
    expect(pod.launches('vpn')).toEqual([0]);
    expect(pod.state('vpn')).toBe('failed');
  });

  test.each(['start', 'restart'] as const)(
    'asked for by name it is launched beside what is left: %s',
    (request) => {
      const pod = started({ vpn: {}, app: {} });
      pod.request('restart', 'vpn');
      pod.advance(10_000);
      pod.survives('vpn', [OF_ROOT]);
      pod.did();
      pod.request(request, 'vpn');
      expect(pod.did()).toEqual(['launch vpn']);
    },
  );

  test('stays down when the config no longer has it and then has it again, until somebody asks for it', () => {
    const pod = started({ vpn: {}, app: {} });
    pod.reload({ app: {} });
    pod.advance(10_000);
    pod.survives('vpn', [OF_ROOT]);
    pod.did();
    pod.reload({ vpn: {}, app: {} });
    expect(pod.did()).toEqual([]);
    expect(pod.lastReport('vpn')).toMatchObject({
      state: 'failed',
      reason: { kind: 'not-ended', survivors: [OF_ROOT] },
    });
    pod.request('start', 'vpn');
    expect(pod.did()).toEqual(['launch vpn']);
  });

  test('takes nobody along that restarts with it when it is edited and stays down', () => {
    const proxy = {
      dependsOn: [{ process: 'vpn', condition: 'started', restart: true, required: false }],
    } as const;
    const restart = { policy: 'never' } as const;
    const pod = started({ vpn: { restart }, proxy, app: {} });
    pod.survives('vpn', [OF_ROOT]);
    pod.did();
    pod.reload({ vpn: { restart, version: 2 }, proxy, app: {} });
    expect(pod.did()).toEqual([]);
    expect(pod.states()).toMatchObject({ vpn: 'failed', proxy: 'ready' });
  });

  test('does not hold up the end of the pod', () => {
    const pod = started({ vpn: {}, app: {} });
    pod.exits('app', 0);
    pod.advance(10_000);
    pod.survives('vpn', [OF_ROOT]);
    expect(pod.exitCode).toBe(0);
    expect(pod.lastReport('vpn')).toMatchObject({ state: 'failed', reason: { kind: 'not-ended' } });
  });

  test('ends the pod with its own exit code when it is the primary', () => {
    const pod = started({ app: {} });
    pod.rootExits('app', 4);
    pod.advance(2_000);
    pod.survives('app', [OF_ROOT], 4);
    expect(pod.exitCode).toBe(4);
  });

  test('has completed when it is an init task that had done its work', () => {
    const pod = started({ migrate: { role: 'init' }, app: {} });
    pod.rootExits('migrate', 0);
    pod.advance(2_000);
    pod.survives('migrate', [OF_ROOT], 0);
    expect(pod.lastReport('migrate')).toMatchObject({ state: 'completed', reason: { kind: 'not-ended' } });
    expect(pod.did()).toContain('launch app');
  });

  test('is written off when nothing is heard of it, and counts as left', () => {
    const pod = started({ vpn: {}, app: {} });
    pod.request('stop', 'vpn');
    pod.advance(20_000);
    expect(pod.lastReport('vpn')).toMatchObject({
      state: 'failed',
      reason: { kind: 'not-ended', survivors: [{ pid: 101, why: 'unknown' }] },
    });
  });
});

describe('an exception in sidecarctl itself', () => {
  test('stops the pod in order and makes it fail', () => {
    const pod = started({ redis: {}, app: {} });
    pod.send({ type: 'crash', message: 'x is undefined' });
    pod.exits('app', 0);
    pod.exits('redis', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'signal redis SIGTERM', 'end 1']);
  });

  test('makes the pod fail during the stop too', () => {
    const pod = started({ app: {} });
    pod.stop();
    pod.send({ type: 'crash', message: 'x is undefined' });
    pod.exits('app', 0);
    expect(pod.exitCode).toBe(1);
  });
});
