import { Project } from '../../support/project.ts';
import { median } from '../measure.ts';
import { type Life, live } from './life.ts';
import { longLines } from './long-lines.ts';
import { catThrough, compareOutput } from './output.ts';
import { restarts } from './restarts.ts';
import { pause, Run, sleepingWork } from './run.ts';
import type { Tool } from './tool.ts';

/** A figure of each tool; null: the tool does not do that. */
export interface Comparison {
  readonly work: string;
  readonly unit: string;
  readonly values: ReadonlyMap<string, number | string | null>;
}

type Values = Readonly<Record<string, number | string | null>>;

/** In a folder of the tool's own, which it meets again in the next round. */
export type Measure = (tool: Tool, kept: Project) => Promise<Values>;

export interface Job {
  readonly measure: Measure;
  readonly rounds: number;
  /** Whether a first round fills caches and does not count. */
  readonly rehearsed: boolean;
}

const MANY = 50;
const MOST = 200;
const THOUSAND = 1_000;
const RESTARTS = 3;
/** A process that ends sooner is not started again at once by those that guard against crash loops. */
const LONG_ENOUGH_MS = 1_300;
const IDLE_MS = 4_000;
const SETTLES_MS = 3_000;
const SURVIVAL_MS = 2_000;

export const launchOne: Measure = async (tool, kept) => {
  const { launched } = await live(tool, 1, { kept });
  return { 'one child launched | ms': launched };
};

const stoppedIn = ({ left, stopped }: Life): number | string => (left > 0 ? `leaves ${left}` : stopped);

export const launchAndStop: Measure = async (tool, kept) => {
  const life = await live(tool, MANY, { kept });
  return {
    [`${MANY} children launched | ms`]: life.launched,
    [`CPU of the tool for ${MANY} launches | ms`]: life.cpu,
    [`stop of ${MANY} | ms`]: stoppedIn(life),
  };
};

const launchMost: Measure = async (tool, kept) => {
  await using run = await Run.start(tool, sleepingWork(MOST), { kept });
  return { [`${MOST} children launched | ms`]: Math.max(...(await run.started(MOST))) - run.startedAt };
};

const liveOfThousand: Measure = async (tool, kept) => {
  const life = await live(tool, THOUSAND, { kept, idleFor: IDLE_MS });
  return {
    '1,000 children launched | ms': life.launched,
    'idle CPU, 1,000 children | ms/s': life.idle,
    'memory of the tool, 1,000 idle children | MB PSS': life.memory / 1e6,
    'stop of 1,000 | ms': stoppedIn(life),
  };
};

const restartAfterKill: Measure = async (tool) => {
  const row = 'restart after a kill | ms';
  return { [row]: tool.restarts ? median(await restarts(tool, LONG_ENOUGH_MS, RESTARTS)) : null };
};

const idleAndKill: Measure = async (tool) => {
  await using run = await Run.start(tool, sleepingWork(MANY));
  await run.started(MANY);
  await pause(SETTLES_MS);
  const before = await run.cost();
  await pause(IDLE_MS);
  const { cpu, memory } = await run.cost();
  const used = (cpu - before.cpu) / (IDLE_MS / 1_000);
  process.kill(await run.main(), 'SIGKILL');
  await run.until('their end', () => run.workers().length === 0, SURVIVAL_MS).catch(() => undefined);
  return {
    [`idle CPU, ${MANY} children | ms/s`]: used,
    [`memory of the tool, ${MANY} idle children | MB PSS`]: memory / 1e6,
    [`left of ${MANY} children 2 s after kill -9 | processes`]: run.workers().length,
  };
};

const jobs = (runs: number): readonly Job[] => [
  { measure: launchOne, rounds: runs, rehearsed: true },
  { measure: launchAndStop, rounds: Math.ceil(runs / 2), rehearsed: true },
  { measure: launchMost, rounds: Math.ceil(runs / 4), rehearsed: false },
  { measure: liveOfThousand, rounds: 1, rehearsed: false },
  { measure: restartAfterKill, rounds: Math.ceil(runs / 4), rehearsed: false },
  { measure: idleAndKill, rounds: 1, rehearsed: false },
  { measure: catThrough, rounds: Math.ceil(runs / 8), rehearsed: false },
  { measure: compareOutput, rounds: 1, rehearsed: false },
  { measure: longLines, rounds: 1, rehearsed: false },
];

/** What was measured, by row and tool, round after round. */
export type Samples = Map<string, Map<string, (number | string | null)[]>>;

/** The same work for each tool in turn, round after round, so that what else the machine does meets them all. */
export const sample = async (
  tools: readonly Tool[],
  { measure, rounds, rehearsed }: Job,
): Promise<Samples> => {
  const samples: Samples = new Map();
  await using folders = new AsyncDisposableStack();
  const kept = new Map<Tool, Project>();
  for (const tool of tools) kept.set(tool, folders.use(await Project.create()));
  for (let round = rehearsed ? 0 : 1; round <= rounds; round++) {
    process.stderr.write(`${measure.name} ${round}/${rounds}\n`);
    // Each goes first as often as the others.
    for (const [tool, folder] of round % 2 === 0 ? kept : [...kept].reverse())
      await take(tool, () => measure(tool, folder), round === 0 ? new Map() : samples);
  }
  return samples;
};

export const compare = async (tools: readonly Tool[], runs: number): Promise<readonly Comparison[]> => {
  const comparisons: Comparison[] = [];
  for (const job of jobs(runs))
    for (const [row, ofTools] of await sample(tools, job)) {
      const [work = '', unit = ''] = row.split(' | ');
      const values = [...ofTools].map(([name, taken]) => [name, summary(taken)] as const);
      comparisons.push({ work, unit, values: new Map(values) });
    }
  return comparisons;
};

const take = async (tool: Tool, measure: () => Promise<Values>, samples: Samples): Promise<void> => {
  const values = await measure().catch((error: Error) => {
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
