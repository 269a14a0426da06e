import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { RunningPod } from '../supervisor/running-pod.ts';
import { eventually } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';

test('twenty requests at a time leave one instance that is up', async () => {
  await using running = await RunningPod.start({
    sidecars: { web: { command: 'echo $$ >> pids; exec sleep 600' } },
    primary: { command: 'exec sleep 600' },
  });
  await running.is('web', 'ready');
  const requests = ['restart', 'stop', 'start', 'restart'] as const;
  const asked = Array.from({ length: 5 }, () => requests).flat();
  const answers = await Promise.all(
    [...asked, 'start' as const].map((type) => running.client.request({ type, process: 'web' })),
  );
  expect(answers.every(({ ok }) => ok)).toBe(true);

  // What was asked may still be under way when it is ready for the first time: each look reads all anew.
  await eventually('one instance to be left, and that one ready', async () => {
    const { state, pid } = running.process('web');
    const pids = (await readFile(running.project.path('pids'), 'utf8').catch(() => ''))
      .trim()
      .split('\n')
      .map(Number);
    return state === 'ready' && pids.filter(isAlive).join() === `${pid}`;
  });
});

test('what waits can be stopped, started and restarted, and an init task that runs can be stopped and run again', async () => {
  await using running = await RunningPod.start({
    init: { seed: { command: 'until test -f go; do sleep 0.02; done' } },
    sidecars: { web: { command: 'exec sleep 600', dependsOn: ['seed'] } },
    primary: { command: 'exec sleep 600', dependsOn: ['web'] },
  });
  const ask = (type: 'start' | 'stop' | 'restart', process: string) =>
    running.client.request({ type, process });
  await running.is('web', 'pending');
  await ask('restart', 'web');
  await ask('stop', 'web');
  await running.is('web', 'stopped');
  await ask('start', 'web');
  await running.is('web', 'pending');
  await ask('stop', 'seed');
  await running.is('seed', 'stopped');
  await ask('start', 'seed');
  await running.project.write('go', '');
  await running.is('seed', 'completed');
  await running.is('web', 'ready');
  await running.is('primary', 'ready');
});
