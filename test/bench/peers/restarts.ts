import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Project } from '../../support/project.ts';
import { wallClock } from '../measure.ts';
import { pause, Run, sleepingWork, WORKER } from './run.ts';
import type { Tool } from './tool.ts';

const RESTARTS = 10;

/** Milliseconds from each kill of a process to the first act of the next one, which may live for so long. */
export const restarts = async (tool: Tool, livesFor: number, times = RESTARTS): Promise<number[]> => {
  await using run = await Run.start(tool, sleepingWork(1, true));
  await run.started(1);
  const took: number[] = [];
  for (let count = 2; count < 2 + times; count++) {
    await pause(livesFor);
    const killedAt = wallClock();
    process.kill(run.newest(), 'SIGKILL');
    took.push(Math.max(...(await run.started(count))) - killedAt);
  }
  return took;
};

/** Kills the one before, as a restart does; a small process, so that the size of the parent does not count. */
const SPAWNER = `
import os, time
pid = None
for _ in range(${RESTARTS} + 1):
  if pid: os.kill(pid, 9); os.waitpid(pid, 0)
  began = time.time_ns()
  pid = os.posix_spawnp('sh', ['sh', 'worker.sh', str(began)], os.environ)
  time.sleep(0.3)
os.kill(pid, 9)
`;

/** Milliseconds from posix_spawn to the first act of the same process. Python calls it without a fork of its own. */
export const spawnTimes = async (): Promise<number[]> => {
  await using project = await Project.create({ 'worker.sh': WORKER, 'spawner.py': SPAWNER });
  const folder = project.path('started');
  mkdirSync(folder);
  await promisify(execFile)('python3', ['spawner.py'], { cwd: project.folder });
  const times = readdirSync(folder).map((file) => {
    const began = Number(file.split('.')[0]) / 1e6;
    return Number(readFileSync(`${folder}/${file}`, 'latin1')) / 1e6 - began;
  });
  // The first one fills caches.
  return times.sort((one, other) => one - other).slice(0, RESTARTS);
};
