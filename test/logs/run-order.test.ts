import { readdirSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { Backpressure } from '../../src/logs/backpressure.ts';
import { listKeptRuns } from '../../src/logs/kept-runs.ts';
import { LOG_LIMITS } from '../../src/logs/log-file.ts';
import { PodLogs } from '../../src/logs/pod-logs.ts';
import { inOrder } from '../../src/logs/run-order.ts';
import { Project } from '../support/project.ts';

afterEach(() => void vi.useRealTimers());

const runAt = async (project: Project, time: string, runId: string) => {
  vi.useFakeTimers({ now: new Date(time), toFake: ['Date'] });
  const logs = new PodLogs({
    within: project.folder,
    folder: project.path('logs'),
    runId,
    backpressure: new Backpressure(),
    limits: LOG_LIMITS,
    onFailure: (_, { message }) => expect.unreachable(message),
  });
  logs.of('web').file.append(Buffer.from('line\n'));
  await logs.close();
};

test('runs after the clock was set back keep their logs, and count as the newest', async () => {
  await using project = await Project.create();
  for (let day = 1; day <= 6; day += 1) await runAt(project, `2030-01-0${day}T00:00:00Z`, `0000000${day}`);
  await runAt(project, '2026-01-01T00:00:00Z', 'aaaaaaaa');
  await runAt(project, '2025-01-01T00:00:00Z', 'bbbbbbbb');
  const kept = listKeptRuns(project.path('logs')).map((run) => run.split('-')[1]);
  expect(kept).toEqual(['00000004', '00000005', '00000006', 'aaaaaaaa', 'bbbbbbbb']);
  expect(readdirSync(project.path('logs/web')).filter((name) => name.endsWith('.log'))).toHaveLength(5);
});

test('runs that nobody has noted are older than those that are, and sort by their names', () => {
  expect(inOrder(['c', 'b', 'a', 'd'], ['d', 'b'])).toEqual(['a', 'c', 'd', 'b']);
});
