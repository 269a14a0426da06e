import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';

const openPod = async (config: object = {}) => {
  const rig = await PodRig.open({ primary: { name: 'web', command: ['sleep', '600'] }, ...config });
  const run = rig.up();
  const { pid } = await run.state('web', 'ready');
  const ask = async (...args: string[]) => {
    const asked = rig.run(args);
    const code = await asked.exitCode();
    return { code, stdout: asked.stdout, stderr: asked.stderr };
  };
  const path = rig.project.path('.sidecarctl/pods/sidecars.config.mjs.json');
  const changeRecord = (change: object) =>
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  await ask('status');
  return {
    rig,
    run,
    ask,
    changeRecord,
    pid: pid as number,
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
};

test('a supervisor that is stopped is named by every command, and none of them waits for it', async () => {
  await using pod = await openPod();
  pod.run.signal('SIGSTOP');
  const commands = [
    ['status'],
    ['logs'],
    ['logs', '-f'],
    ['events'],
    ['events', '-f'],
    ['why', 'web'],
    ['env', 'web'],
    ['exec', 'web', '--', 'true'],
    ['reload'],
    ['attach', '--ui', 'plain'],
    ['stop', 'web', '--timeout', '3s'],
    ['restart', 'web', '--timeout', '1s'],
    ['wait', '--timeout', '1s'],
    ['wait', 'web=stopped'],
    ['down', '--timeout', '2s'],
  ];
  const answers = await Promise.all(commands.map((command) => pod.ask(...command)));
  for (const [at, { code, stderr }] of answers.entries()) {
    expect([commands[at], code]).toEqual([commands[at], 124]);
    expect(stderr).toContain(`(pid ${pod.run.pid})`);
    expect(stderr).toContain(`it is stopped: 'kill -CONT ${pod.run.pid}' resumes it`);
  }
  // The SIGTERM of 'down' has waited for it.
  pod.run.signal('SIGCONT');
  expect(await pod.run.exitCode()).toBe(0);
}, 30_000);

test('a pod whose socket cannot be reached from here is stopped by a signal to its supervisor', async () => {
  await using pod = await openPod();
  pod.changeRecord({ socket: pod.rig.project.path('in-another-tmp.sock') });
  const { code, stderr, stdout } = await pod.ask('down', '--timeout', '6s');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'pod shop has stopped\n' });
  expect(stderr).toContain('sending it SIGTERM');
  expect(isAlive(pod.pid)).toBe(false);
  expect(await pod.run.exitCode()).toBe(0);
});

test('down ends with 124 while a process takes longer, and names the supervisor', async () => {
  await using pod = await openPod({
    primary: { name: 'web', command: `trap '' TERM; while :; do sleep 600; done`, readiness: false },
    stop: { grace: '1h' },
  });
  const { code, stderr } = await pod.ask('down', '--timeout', '300ms');
  expect(code).toBe(124);
  expect(stderr).toContain(`(pid ${pod.run.pid}) is still running`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) pod.run.signal(signal);
  await pod.run.exitCode();
});

test('down ends what a killed supervisor and its guard have left, before it says that nothing runs', async () => {
  await using pod = await openPod();
  const guards = pod.rig.processes().filter((pid) => pid !== pod.pid);
  for (const pid of guards) process.kill(pid, 'SIGKILL');
  await pod.rig.crash(pod.run);
  expect((await pod.ask('down')).code).toBe(0);
  await eventually('the end of what was left', () => !isAlive(pod.pid));
});
