import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { forbidCgroups } from '../support/no-cgroups.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** It starts a daemon at once: without variables, limits, session and parents that would tell where it came from. */
const starting = (daemon: string): string =>
  `setsid prlimit --locks=unlimited:unlimited env -i /bin/sh -c '${daemon}' & exec sleep 1000`;
const PID = 'echo $! >pid.new; mv pid.new pid';

const openPod = async (daemon: string) => {
  const rig = await PodRig.open({
    sidecars: { other: { command: 'exec sleep 1000' }, web: { command: starting(daemon) } },
    primary: { command: 'exec sleep 1000' },
    stop: { grace: '300ms', minimumGrace: '100ms' },
  });
  onTestFinished(() => rig[Symbol.asyncDispose]());
  const run = rig.up();
  await run.event('the pod to run', ({ type, state }) => type === 'pod' && state === 'running');
  const pid = Number(await rig.fileText('pid'));
  return { rig, run, pid };
};

const isOfStrays = ({ type, kind }: { readonly type: string; readonly kind?: unknown }): boolean =>
  type === 'notice' && kind === 'strays';

describe.runIf(process.platform === 'linux' && isInstalled('prlimit'))('a daemon without marks', () => {
  let forbidden: { readonly restore: () => Promise<void> };
  beforeAll(() => {
    forbidden = forbidCgroups();
  });
  afterAll(() => forbidden.restore());

  test('ends with its process, and not with another, while it has its output', async () => {
    const { rig, run, pid } = await openPod(`sleep 1000 & ${PID}`);
    await runToEnd(['stop', 'other'], rig.project.folder);
    expect(isAlive(pid)).toBe(true);
    await runToEnd(['stop', 'web'], rig.project.folder);
    // Dead at once, and waited for a moment later.
    await eventually('the daemon to be gone', () => !isAlive(pid));
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test('is named by a notice when it has closed its output, and ends with the pod', async () => {
    const { rig, run, pid } = await openPod(`sleep 1000 <&- >&- 2>&- & ${PID}`);
    await runToEnd(['stop', 'web'], rig.project.folder);
    const { message } = await run.event('the notice', isOfStrays);
    expect(message).toContain(`web has ended, but pid ${pid} (sleep 1000) may be left over from it`);
    expect(isAlive(pid)).toBe(true);
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });
});
