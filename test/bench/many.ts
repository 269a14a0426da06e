import { type Figure, median } from './measure.ts';
import { cpuOf, pause, pssOf, Run, sleepingWork } from './peers/run.ts';
import type { Tool } from './peers/tool.ts';
import { OURS, SHELL } from './peers/tools.ts';

const CHILDREN = 50;
const RESTARTS = 10;
const IDLE_MS = 10_000;

/** Fifty processes at once: their start beside a shell's, their stop, what they cost while nothing happens. */
export const benchMany = async (runs: number): Promise<Figure[]> => {
  const shell: number[] = [];
  const ours: number[] = [];
  const stops: number[] = [];
  // The first round fills caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const [inShell] = await launchAndStop(SHELL);
    const [launched, stopped] = await launchAndStop(OURS);
    if (round === 0) continue;
    shell.push(inShell);
    ours.push(launched);
    stops.push(stopped);
  }
  const ratio = median(ours) / median(shell);
  return [
    {
      name: `${CHILDREN} children in the background of a shell`,
      value: `${median(shell).toFixed(1)} ms`,
      target: '-',
    },
    {
      name: `${CHILDREN} children launched / by a shell`,
      value: `${ratio.toFixed(2)} x (${median(ours).toFixed(1)} ms)`,
      target: '1.5 x',
    },
    {
      name: `stop of ${CHILDREN} that obey SIGTERM`,
      value: `${median(stops).toFixed(1)} ms`,
      target: '80 ms',
    },
    await benchRestart(),
    ...(await benchIdle()),
  ];
};

const launchAndStop = async (tool: Tool): Promise<readonly [number, number]> => {
  await using run = await Run.start(tool, sleepingWork(CHILDREN));
  const launched = Math.max(...(await run.started(CHILDREN))) - run.startedAt;
  await pause(300);
  const stoppedAt = performance.now();
  if ((await run.stop()) > 0) throw new Error(`${tool.name} leaves processes behind`);
  return [launched, performance.now() - stoppedAt];
};

/** From the kill to the first act of the next instance, by its own clock. */
const benchRestart = async (): Promise<Figure> => {
  await using run = await Run.start(OURS, sleepingWork(1, true));
  await run.started(1);
  const took: number[] = [];
  for (let count = 2; count < 2 + RESTARTS; count++) {
    await pause(300);
    const killedAt = performance.timeOrigin + performance.now();
    process.kill(run.newest(), 'SIGKILL');
    took.push(Math.max(...(await run.started(count))) - killedAt);
  }
  return {
    name: 'restart after a kill, no back-off',
    value: `${median(took).toFixed(1)} ms`,
    target: '8 ms',
  };
};

const benchIdle = async (): Promise<Figure[]> => {
  await using run = await Run.start(OURS, sleepingWork(CHILDREN));
  await run.started(CHILDREN);
  await pause(2_000);
  const helpers = await run.helpers();
  const cpu = () => helpers.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const before = cpu();
  await pause(IDLE_MS);
  const used = (cpu() - before) / (IDLE_MS / 1_000);
  const memory = helpers.reduce((sum, pid) => sum + pssOf(pid), 0);
  return [
    { name: `idle CPU, ${CHILDREN} children, no probes`, value: `${used.toFixed(2)} ms/s`, target: '1 ms/s' },
    {
      name: `memory of supervisor and guard, ${CHILDREN} children`,
      value: `${(memory / 1e6).toFixed(1)} MB PSS (${helpers.length} processes)`,
      target: '60 MB',
    },
  ];
};
