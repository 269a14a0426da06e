import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Backpressure } from '../../src/logs/backpressure.ts';
import { LOG_LIMITS, type LogFailure } from '../../src/logs/log-file.ts';
import { PodLogs } from '../../src/logs/pod-logs.ts';
import { Project } from '../support/project.ts';

it('a process that left and comes back in the same run begins a file of its own, and keeps the earlier one', async () => {
  await using project = await Project.create();
  const failures: LogFailure[] = [];
  const logs = new PodLogs({
    within: project.folder,
    folder: project.path('logs'),
    runId: 'x',
    backpressure: new Backpressure(),
    limits: LOG_LIMITS,
    onFailure: (_, failure) => failures.push(failure),
  });
  const write = (text: string): string => {
    const { file, ring } = logs.of('web');
    file.append(Buffer.from(text));
    ring.push({ stream: 'stdout', bytes: Buffer.from(text), partial: false });
    return file.path;
  };

  const path = write('first\n');
  logs.forget('web');
  expect(logs.view('web').count).toBe(0);
  expect(logs.fileOf('web')).toBeNull();
  logs.forget('web');
  expect(write('second\n')).toBe(path);

  expect(await readFile(path, 'utf8')).toBe('second\n');
  expect(await readFile(path.replace(/\.log$/, '.1.log'), 'utf8')).toBe('first\n');
  expect(failures).toEqual([]);
  await logs.close();
});
