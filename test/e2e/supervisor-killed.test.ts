import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { inFull } from '../support/in-full.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const WRITER = fileURLToPath(new URL('../support/reported-lines.mjs', import.meta.url));
const ROUNDS = inFull ? 15 : 4;
const ROUNDS_WITH_RELOAD = inFull ? 3 : 1;
/** In a flood so many lines are soon out; the kernel's way of moving output is in use by then. */
const ENOUGH_LINES = 60_000;

const reportedLines = (project: Project): number => {
  try {
    return Number(readFileSync(project.path('report'), 'latin1'));
  } catch {
    return 0;
  }
};

/** Oldest first. */
const keptLines = (project: Project, process = 'primary'): string[] => {
  const folder = project.path('.sidecarctl/logs', process);
  const part = (name: string) => Number(/\.(\d+)\.log$/.exec(name)?.[1] ?? 0);
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const names = logs.sort((a, b) => part(b) - part(a));
  return names
    .map((name) => readFileSync(`${folder}/${name}`, 'latin1'))
    .join('')
    .split('\n');
};

/** The last number there is, when all lines up to it are whole and in order. */
const lastOf = (lines: readonly string[]): number => {
  const numbers = lines.map((line) => (line.length === 99 ? Number(line.slice(0, 9)) : Number.NaN));
  const [first = Number.NaN] = numbers;
  const wrong = numbers.findIndex((number, index) => number !== first + index);
  const around = lines.slice(Math.max(0, wrong - 2), wrong + 3).map((line) => `${line.length}: ${line}`);
  expect(wrong, `a line out of order, ${wrong} of ${lines.length}:\n${around.join('\n')}`).toBe(-1);
  return first + numbers.length - 1;
};

const start = (project: Project): ChildProcess => {
  const nowhere = openSync('/dev/null', 'w');
  const run = spawn(process.execPath, [CLI, 'up', '--ui', 'plain'], {
    cwd: project.folder,
    env: cleanEnvironment(),
    stdio: ['ignore', nowhere, 'ignore'],
  });
  closeSync(nowhere);
  return run;
};

const podsIn = (project: Project): number => {
  const pods = project.path('.sidecarctl/pods');
  return existsSync(pods) ? readdirSync(pods).length : 0;
};

/** Other commands find a pod some time after its start. */
const reloaded = async (project: Project, config: string): Promise<void> => {
  await eventually('the pod to be found', () => podsIn(project) > 0);
  await project.write('sidecars.config.mjs', config);
  expect(await runToEnd(['reload'], project.folder)).toMatchObject({ code: 0, stderr: '' });
};

/** Returns once the supervisor and its guard have gone. */
const kill = async (run: ChildProcess, project: Project): Promise<void> => {
  run.kill('SIGKILL');
  await withDeadline('the end of the supervisor', once(run, 'exit'));
  await eventually('the end of the guard', () => readdirSync(project.path('.sidecarctl/runs')).length === 0);
};

const floodAndKill = async (linesAWrite: number, enough: number): Promise<void> => {
  const command = [process.execPath, WRITER, 'report', `${linesAWrite}`];
  await using project = await Project.create({ 'sidecars.config.mjs': configFile({ primary: { command } }) });
  const run = start(project);
  await eventually('a flood', () => reportedLines(project) > enough);
  await kill(run, project);
  // What follows the last newline was cut off when the writer was killed.
  expect(lastOf(keptLines(project).slice(0, -1))).toBeGreaterThanOrEqual(reportedLines(project) - 1);
};

describe.runIf(process.platform === 'linux')('when the supervisor is killed, no line is missing', () => {
  test.each([
    ['of a flood', 640, ENOUGH_LINES],
    ['written one by one', 1, 5_000],
  ])('%s', async (_, linesAWrite, enough) => {
    for (let round = 0; round < ROUNDS; round++) await floodAndKill(linesAWrite, enough + round * 997);
  });

  test.each([
    ['of a flood', 640, ENOUGH_LINES],
    ['written one by one', 1, 5_000],
  ])('%s of a process that a reload has brought', async (_, linesAWrite, enough) => {
    const primary = { command: 'exec sleep 1000' };
    const added = { command: [process.execPath, WRITER, 'report', `${linesAWrite}`] };
    for (let round = 0; round < ROUNDS_WITH_RELOAD; round++) {
      await using project = await Project.create({ 'sidecars.config.mjs': configFile({ primary }) });
      const run = start(project);
      try {
        await reloaded(project, configFile({ sidecars: { added }, primary }));
        await eventually('a flood', () => reportedLines(project) > enough + round * 997);
      } finally {
        await kill(run, project);
      }
      const lines = keptLines(project, 'added').slice(0, -1);
      expect(lastOf(lines)).toBeGreaterThanOrEqual(reportedLines(project) - 1);
    }
  });
});
