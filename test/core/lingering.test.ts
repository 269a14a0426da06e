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
  test('the process is stopping until they are gone, and they are asked to go', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 'SIGKILL');
    expect(pod.did()).toEqual(['terminate redis']);
    expect(pod.state('redis')).toBe('stopping');
    expect(pod.explain('redis').stop).toMatchObject({ stage: 'lingering', killAt: 2_000 });
    expect(pod.lastReport('redis')).toMatchObject({ pid: null, reason: { kind: 'root-exited' } });
  });

  test('they are killed after the minimum grace, and the restart follows once they are gone', () => {
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

  test('a signal that it had lived on with changes nothing of that', () => {
    const pod = started({ nginx: {}, app: {} });
    pod.changes('nginx', ['nginx.conf'], 'SIGHUP');
    pod.rootExits('nginx', 'SIGKILL');
    expect(pod.did()).toEqual(['pass SIGHUP to nginx', 'terminate nginx']);
    pod.advance(2_000);
    pod.exits('nginx', 'SIGKILL');
    expect(pod.did()).toEqual(['kill nginx', 'launch nginx']);
  });

  test('nothing that waits for it to be ready is launched meanwhile', () => {
    const pod = started({ redis: {}, api: { dependsOn: ['redis'], desired: false }, app: { dependsOn: [] } });
    pod.rootExits('redis', 1);
    pod.request('start', 'api');
    expect(pod.state('api')).toBe('pending');
    pod.exits('redis', 1);
    expect(pod.did()).toEqual(['terminate redis', 'launch redis', 'launch api']);
  });

  test('it is probed no more, and its postStart hook is cancelled', () => {
    const pod = started({ redis: { readiness: {}, liveness: {}, postStart: true }, app: {} });
    pod.rootExits('redis', 1);
    expect(pod.did()).toEqual(['cancel redis postStart', 'terminate redis']);
    pod.advance(1_500);
    expect(pod.attempts('redis', 'readiness')).toEqual([]);
  });

  test('how it ended, and when, is what its main process tells, not what had to be killed after it', () => {
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

  test('an init task that left others behind has completed once they are gone', () => {
    const pod = started({ migrate: { role: 'init' }, app: {} });
    pod.rootExits('migrate', 0);
    pod.advance(2_000);
    expect(pod.did()).toEqual(['terminate migrate', 'kill migrate']);
    pod.exits('migrate', 0);
    expect(pod.did()).toEqual(['launch app']);
  });

  test('in a stop its group, which had the signal, gets no second one; the grace goes on', () => {
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

  test('after a stop command all of them get the signal, as nobody had it', () => {
    const pod = started({ app: { stop: { command: { kind: 'shell', line: 'stop' } } } });
    pod.stop();
    pod.rootExits('app', 0);
    expect(pod.did()).toEqual(['run app stop', 'terminate app']);
  });

  test('one that waited for its turn in a stop gets the minimum', () => {
    const pod = started({ redis: {}, app: {} });
    pod.stop();
    pod.rootExits('redis', 1);
    pod.advance(2_000);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'terminate redis', 'kill redis']);
  });

  test('a stop that comes meanwhile never gives more time, and a kill none', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 1);
    pod.advance(500);
    pod.request('stop', 'redis');
    expect(pod.explain('redis').stop).toMatchObject({ stage: 'lingering', killAt: 2_000 });
    pod.kill();
    expect(pod.did()).toContain('kill redis');
  });

  test('asked to start meanwhile it comes up, whatever its policy', () => {
    const pod = started({ redis: { restart: 'never' }, app: {} });
    pod.rootExits('redis', 1);
    pod.request('start', 'redis');
    pod.exits('redis', 1);
    expect(pod.did()).toEqual(['terminate redis', 'launch redis']);
  });

  test('what is heard of the end of its main process a second time is nothing new', () => {
    const pod = started({ redis: {}, app: {} });
    pod.rootExits('redis', 1);
    pod.did();
    pod.rootExits('redis', 2);
    expect(pod.did()).toEqual([]);
    expect(pod.explain('redis').stop?.rootExit).toMatchObject({ status: 1 });
  });
});

describe('a kill that failed', () => {
  test('the process has failed, and says what is left of it', () => {
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

  test('no restart follows, neither by policy, nor by a change, nor for one that depends on it', () => {
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

  test('a reload does not start it either', () => {
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

  test('it stays down when the config no longer has it and then has it again, until it is asked for', () => {
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

  test('an edit of a process that stays down beside its survivors takes nobody along that restarts with it', () => {
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

  test('the end of the pod does not wait for it', () => {
    const pod = started({ vpn: {}, app: {} });
    pod.exits('app', 0);
    pod.advance(10_000);
    pod.survives('vpn', [OF_ROOT]);
    expect(pod.exitCode).toBe(0);
    expect(pod.lastReport('vpn')).toMatchObject({ state: 'failed', reason: { kind: 'not-ended' } });
  });

  test('of a primary ends the pod with its own exit code', () => {
    const pod = started({ app: {} });
    pod.rootExits('app', 4);
    pod.advance(2_000);
    pod.survives('app', [OF_ROOT], 4);
    expect(pod.exitCode).toBe(4);
  });

  test('an init task that had done its work has completed all the same', () => {
    const pod = started({ migrate: { role: 'init' }, app: {} });
    pod.rootExits('migrate', 0);
    pod.advance(2_000);
    pod.survives('migrate', [OF_ROOT], 0);
    expect(pod.lastReport('migrate')).toMatchObject({ state: 'completed', reason: { kind: 'not-ended' } });
    expect(pod.did()).toContain('launch app');
  });

  test('one of which nothing is heard is written off, and counts as left', () => {
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
  test('stops the pod in order, and it has failed', () => {
    const pod = started({ redis: {}, app: {} });
    pod.send({ type: 'crash', message: 'x is undefined' });
    pod.exits('app', 0);
    pod.exits('redis', 0);
    expect(pod.did()).toEqual(['signal app SIGTERM', 'signal redis SIGTERM', 'end 1']);
  });

  test('in the stop makes it a failure too', () => {
    const pod = started({ app: {} });
    pod.stop();
    pod.send({ type: 'crash', message: 'x is undefined' });
    pod.exits('app', 0);
    expect(pod.exitCode).toBe(1);
  });
});
