import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig, processesWith, stop } from '../support/pod-rig.ts';

/** Says who it is, and stays. */
const SLEEPER = 'echo $$ >> pids; exec sleep 300';
/** The same, and SIGTERM does not impress it. */
const DEAF = 'trap "" TERM HUP; echo $$ >> pids; while :; do sleep 1; done';

/** By shape of the tree: the shell line of a process, and how many of its tree write their pids. */
const TREES: [shape: string, line: string, pids: number][] = [
  ['a grandchild that ignores SIGTERM', `sh -c '${DEAF}' & ${SLEEPER}`, 2],
  ['a child in a session of its own', `setsid sh -c '${SLEEPER}' & ${SLEEPER}`, 2],
  ['a deaf child in a session of its own', `setsid sh -c '${DEAF}' & ${SLEEPER}`, 2],
  [
    'a daemon: forked twice, in a session of its own, descriptors closed',
    `setsid sh -c '(sh -c "${SLEEPER.replaceAll('$', '\\$')}" <&- >&- 2>&- &)'; ${SLEEPER}`,
    2,
  ],
  ['a nohup job', `nohup sh -c '${DEAF}' >/dev/null 2>&1 & ${SLEEPER}`, 2],
  ['a pipeline', `sh -c '${SLEEPER}' | sh -c '${SLEEPER}' | sh -c '${SLEEPER}'`, 3],
  ['wrappers in wrappers, as package scripts make them', `sh -c "sh -c '${SLEEPER}'; true"; true`, 1],
  ['a shell that waits for a deaf child', `sh -c '${DEAF}'; true`, 1],
];

const SHORT_STOP = { grace: '400ms', minimumGrace: '200ms' };

const pidsOf = async (rig: PodRig, count: number): Promise<number[]> => {
  let pids: number[] = [];
  await eventually(`${count} pids`, async () => {
    pids = (await rig.fileText('pids')).trim().split('\n').map(Number);
    return pids.length === count;
  });
  return pids;
};

describe('the whole tree of a process', () => {
  test.each(TREES)('is gone after a stop: %s', async (_, command, count) => {
    await using rig = await PodRig.open({ primary: { command }, stop: SHORT_STOP });
    const run = rig.up();
    const pids = await pidsOf(rig, count);
    expect(pids.every(isAlive)).toBe(true);
    await stop(run);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(rig.processes()).toEqual([]);
  });

  test.each(TREES)(
    'is gone after a second signal, in spite of an endless grace: %s',
    async (_, command, count) => {
      const endless = { grace: '10m', minimumGrace: '10m' };
      await using rig = await PodRig.open({
        primary: { command, preStop: 'touch hooked; sleep 300' },
        stop: endless,
      });
      const run = rig.here();
      const pids = await pidsOf(rig, count);
      run.signal('SIGTERM');
      await rig.fileExists('hooked');
      await stop(run);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(rig.processes()).toEqual([]);
    },
  );

  test.each(TREES)(
    'is gone when its root has been killed by somebody else: %s',
    async (_, command, count) => {
      await using rig = await PodRig.open({ primary: { command }, stop: SHORT_STOP });
      const run = rig.here();
      const pids = await pidsOf(rig, count);
      const { pid } = await run.state('primary', 'ready');
      process.kill(Number(pid), 'SIGKILL');
      expect(await run.exitCode()).toBe(137);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(rig.processes()).toEqual([]);
    },
  );

  test('is gone when its leader has long left a nohup job behind', async () => {
    await using rig = await PodRig.open({
      primary: {
        command: `nohup sh -c '${DEAF}' >/dev/null 2>&1 & until [ -e pids ]; do sleep 0.02; done; exit 6`,
      },
      stop: SHORT_STOP,
    });
    const run = rig.up();
    expect(await run.exitCode()).toBe(6);
    const pids = await pidsOf(rig, 1);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(rig.processes()).toEqual([]);
  });

  test.each([
    ['the root', (pids: readonly number[]) => pids.at(-1)],
    ['a child', (pids: readonly number[]) => pids[0]],
  ])('is gone after a stop when %s had been stopped by SIGSTOP', async (_, choose) => {
    await using rig = await PodRig.open({
      primary: { command: `sh -c '${SLEEPER}' & until [ -s pids ]; do sleep 0.02; done; ${SLEEPER}` },
      stop: { grace: '10m', minimumGrace: '10m' },
    });
    const run = rig.up();
    const pids = await pidsOf(rig, 2);
    process.kill(choose(pids) ?? 0, 'SIGSTOP');
    // By SIGTERM, which it only gets when it is woken: there is no kill for ten minutes.
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  // Nothing of the run is left on such a process but its resource limits.
  test('is gone after a stop even when a daemon has emptied its environment', async () => {
    const daemon = `setsid env -i sh -c '(sh -c "${SLEEPER.replaceAll('$', '\\$')}" <&- >&- 2>&- &)'`;
    await using rig = await PodRig.open({
      primary: { command: `${daemon}; exec sleep 300` },
      stop: SHORT_STOP,
    });
    const run = rig.up();
    const [pid = 0] = await pidsOf(rig, 1);
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    await stop(run);
    expect(isAlive(pid)).toBe(false);
  });

  test('is gone before the process is launched again', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
      stop: SHORT_STOP,
    }));
    const run = rig.here();
    const [first, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    const shapes = [
      ['sh', '-c', DEAF],
      ['setsid', 'sh', '-c', DEAF],
      ['setsid', 'sh', '-c', SLEEPER],
    ] as const;
    for (const [file, ...args] of shapes) await first.spawn(file, args, { cwd: rig.project.folder });
    const old = await pidsOf(rig, shapes.length);
    const ofApp = await app.spawn('sleep', ['300']);
    await first.exit(1);
    await rig.child('db');
    expect(old.filter(isAlive)).toEqual([]);
    // The others' processes are not touched.
    expect(isAlive(ofApp)).toBe(true);
    await stop(run);
  });

  test('is gone before the process is launched again by its liveness probe', async () => {
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: { db: steered('db', { liveness: { file: 'alive', period: '50ms', failureThreshold: 1 } }) },
        primary: steered('app'),
        stop: SHORT_STOP,
      }),
      { alive: '' },
    );
    rig.here();
    const first = await rig.child('db');
    await first.spawn('setsid', ['sh', '-c', DEAF], { cwd: rig.project.folder });
    const old = await pidsOf(rig, 1);
    await rig.remove('alive');
    await first.signalled('SIGTERM');
    await rig.project.write('alive', '');
    await rig.child('db');
    expect(old.filter(isAlive)).toEqual([]);
    expect(isAlive(first.pid)).toBe(false);
  });
});

describe('the mark of a run', () => {
  test('is on all that was started in it, and on nothing once the run is over', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db') },
      primary: steered('app'),
      stop: SHORT_STOP,
    }));
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    const mark = Object.keys(app.env).find((name) => name.startsWith('SIDECARCTL_RUN_')) ?? '';
    expect(mark).not.toBe('');
    expect(db.env).toHaveProperty(mark);
    const orphan = await app.spawn('setsid', ['sh', '-c', DEAF], { cwd: rig.project.folder });
    await pidsOf(rig, 1);
    expect(processesWith(`${mark}=`)).toEqual(expect.arrayContaining([db.pid, app.pid, orphan]));
    await stop(run);
    expect(processesWith(`${mark}=`)).toEqual([]);
  });
});

describe('a pod leaves nothing behind of', () => {
  const HANGS = `sh -c '${DEAF}' & setsid sh -c '${DEAF}' & sleep 300`;

  test('an exec probe that hangs', async () => {
    await using rig = await PodRig.open({
      sidecars: {
        db: { command: 'exec sleep 300', readiness: { exec: HANGS, timeout: '200ms', period: '200ms' } },
      },
      primary: { command: 'exec sleep 300' },
      stop: SHORT_STOP,
    });
    const run = rig.here();
    await run.event('the time-out', (event) => event.type === 'probe' && event['ok'] === false);
    // The next attempt comes only after the last one is gone, so two at a time are never there.
    const pids = (await rig.fileText('pids')).trim().split('\n').map(Number);
    await eventually('the first attempt to be gone', () => !pids.slice(0, 2).some(isAlive));
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(rig.processes()).toEqual([]);
  });

  test('an exec probe that is under way when the pod stops', async () => {
    await using rig = await PodRig.open({
      sidecars: { db: { command: 'exec sleep 300', readiness: { exec: HANGS, timeout: '10m' } } },
      primary: { command: 'exec sleep 300' },
      stop: SHORT_STOP,
    });
    const run = rig.here();
    const pids = await pidsOf(rig, 2);
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(rig.processes()).toEqual([]);
  });

  test.each(['postStart', 'preStop'])('a %s hook that hangs', async (hook) => {
    // Long enough for the hook to have come to where it hangs.
    const stopping = { grace: '1s', minimumGrace: '200ms' };
    await using rig = await PodRig.open({
      primary: { command: 'exec sleep 300', [hook]: HANGS },
      stop: stopping,
    });
    const run = rig.here();
    if (hook === 'postStart') await pidsOf(rig, 2);
    else await run.state('primary', 'ready');
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    const pids = await pidsOf(rig, 2);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(rig.processes()).toEqual([]);
  });

  test('a postStart hook that has put something into the background', async () => {
    await using rig = await PodRig.open({
      primary: {
        command: 'exec sleep 300',
        postStart: `setsid sh -c '${DEAF}' & until [ -s pids ]; do sleep 0.02; done`,
      },
      stop: SHORT_STOP,
    });
    const run = rig.here();
    await run.state('primary', 'ready');
    const [background = 0] = await pidsOf(rig, 1);
    expect(isAlive(background)).toBe(true);
    await stop(run);
    expect(isAlive(background)).toBe(false);
  });
});

test('a process that forks faster than it can be killed is gone in the end', async () => {
  const command = `trap "" TERM; (while :; do setsid sh -c 'trap "" TERM; sleep 300' & sleep 0.02; done) & ${SLEEPER}`;
  await using rig = await PodRig.open({ primary: { command }, stop: SHORT_STOP });
  const run = rig.up();
  await eventually('a few of them', () => rig.processes().length > 10);
  await stop(run);
  expect(rig.processes()).toEqual([]);
});
