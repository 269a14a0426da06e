import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import { PodControl } from '../../src/supervisor/pod-control.ts';
import { RunningPod } from './running-pod.ts';

const open = async (sockets: (running: RunningPod) => readonly string[]) => {
  const running = await RunningPod.start({ primary: { command: ['sleep', '600'] } });
  const notices: Notice[] = [];
  const changes: object[] = [];
  const claim = {
    isWhole: () => true,
    restore: () => undefined,
    change: (change: object) => void changes.push(change),
    release: () => undefined,
  };
  const control = new PodControl({
    place: { sockets: sockets(running), claim, state: null },
    runId: '0a0a0a0a',
    pod: running.pod,
    notice: (notice) => notices.push(notice),
  });
  await control.open();
  const close = async () => {
    await control.close();
    await running[Symbol.asyncDispose]();
  };
  return { running, control, notices, changes, [Symbol.asyncDispose]: close };
};

test('a pod that can listen nowhere runs on, says so, and its record says so too', async () => {
  await using pod = await open(() => []);
  expect(pod.notices).toMatchObject([{ kind: 'control-unavailable' }]);
  expect(pod.changes).toEqual([{ socket: '' }]);
});

test('a pod listens at the next place where the first one takes no socket', async () => {
  await using pod = await open(({ project }) => {
    writeFileSync(project.path('file'), '');
    return [project.path('file/a.sock'), project.path('b.sock')];
  });
  expect(pod.notices).toEqual([]);
  expect(pod.changes).toEqual([{ socket: pod.running.project.path('b.sock') }]);
  expect(pod.control.isWhole()).toBe(true);
});
