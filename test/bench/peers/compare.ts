import { median } from '../measure.ts';
import { compareOutput } from './output.ts';
import { cpuOf, pause, pssOf, Run, sleepingWork } from './run.ts';
import type { Tool } from './tool.ts';

/** A figure of each tool; null: the tool does not do that. */
export interface Comparison {
  readonly work: string;
  readonly unit: string;
  readonly values: ReadonlyMap<string, number | string | null>;
}

type Measure = (tool: Tool) => Promise<Readonly<Record<string, number | string | null>>>;

interface Job {
  readonly measure: Measure;
  readonly rounds: number;
}

const MANY = 50;
const MOST = 200;
const RESTARTS = 3;
/** A process that ends sooner is not started again at once by those that guard against crash loops. */
const LONG_ENOUGH_MS = 1_300;
const IDLE_MS = 4_000;
const SURVIVAL_MS = 2_000;

const launchOne: Measure = async (tool) => {
  await using run = await Run.start(tool, sleepingWork(1));
  const [stamp = Number.NaN] = await run.started(1);
  return { 'one child launched | ms': stamp - run.startedAt };
};

const launchAndStop: Measure = async (tool) => {
  await using run = await Run.start(tool, sleepingWork(MANY));
  const stamps = await run.started(MANY);
  await pause(500);
  const stoppedAt = performance.now();
  const left = await run.stop();
  const stopped = left > 0 ? `leaves ${left}` : performance.now() - stoppedAt;
  return {
    [`${MANY} children launched | ms`]: Math.max(...stamps) - run.startedAt,
    [`stop of ${MANY} | ms`]: stopped,
  };
};

const launchMost: Measure = async (tool) => {
  await using run = await Run.start(tool, sleepingWork(MOST));
  return { [`${MOST} children launched | ms`]: Math.max(...(await run.started(MOST))) - run.startedAt };
};

const restartAfterKill: Measure = async (tool) => {
  const row = 'restart after a kill | ms';
  if (!tool.restarts) return { [row]: null };
  await using run = await Run.start(tool, sleepingWork(1, true));
  await run.started(1);
  const took: number[] = [];
  for (let count = 2; count < 2 + RESTARTS; count++) {
    await pause(LONG_ENOUGH_MS);
    const killedAt = performance.timeOrigin + performance.now();
    process.kill(run.newest(), 'SIGKILL');
    took.push(Math.max(...(await run.started(count))) - killedAt);
  }
  return { [row]: median(took) };
};

const idleAndKill: Measure = async (tool) => {
  await using run = await Run.start(tool, sleepingWork(MANY));
  await run.started(MANY);
  await pause(1_500);
  const helpers = await run.helpers();
  const cpu = () => helpers.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const before = cpu();
  await pause(IDLE_MS);
  const used = (cpu() - before) / (IDLE_MS / 1_000);
  const memory = helpers.reduce((sum, pid) => sum + pssOf(pid), 0);
  process.kill(await run.main(), 'SIGKILL');
  await run.until('their end', () => run.workers().length === 0, SURVIVAL_MS).catch(() => undefined);
  return {
    [`idle CPU, ${MANY} children | ms/s`]: used,
    [`memory of the tool, ${MANY} idle children | MB PSS`]: memory / 1e6,
    [`left of ${MANY} children 2 s after kill -9 | processes`]: run.workers().length,
  };
};

const jobs = (runs: number): readonly Job[] => [
  { measure: launchOne, rounds: runs },
  { measure: launchAndStop, rounds: Math.ceil(runs / 2) },
  { measure: launchMost, rounds: Math.ceil(runs / 4) },
  { measure: restartAfterKill, rounds: Math.ceil(runs / 4) },
  { measure: idleAndKill, rounds: 1 },
  { measure: compareOutput, rounds: 1 },
];

/** The same work for each tool in turn, round after round, so that what else the machine does meets them all. */
export const compare = async (tools: readonly Tool[], runs: number): Promise<readonly Comparison[]> => {
  const comparisons: Comparison[] = [];
  for (const { measure, rounds } of jobs(runs)) {
    const samples = new Map<string, Map<string, (number | string | null)[]>>();
    for (let round = 0; round < rounds; round++) {
      process.stderr.write(`${measure.name} ${round + 1}/${rounds}\n`);
      for (const tool of tools) await take(tool, measure, samples);
    }
    for (const [row, ofTools] of samples) {
      const [work = '', unit = ''] = row.split(' | ');
      const values = [...ofTools].map(([name, taken]) => [name, summary(taken)] as const);
      comparisons.push({ work, unit, values: new Map(values) });
    }
  }
  return comparisons;
};

type Samples = Map<string, Map<string, (number | string | null)[]>>;

const take = async (tool: Tool, measure: Measure, samples: Samples): Promise<void> => {
  const values = await measure(tool).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return {};
  });
  for (const [row, value] of Object.entries(values)) {
    const ofTools = samples.get(row) ?? new Map<string, (number | string | null)[]>();
    samples.set(row, ofTools);
    ofTools.set(tool.name, [...(ofTools.get(tool.name) ?? []), value]);
  }
};

/** A word outweighs the numbers: it says that the work was not done. */
const summary = (taken: readonly (number | string | null)[]): number | string | null => {
  const word = taken.find((value) => typeof value === 'string');
  if (word !== undefined) return word;
  const numbers = taken.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? null : median(numbers);
};
