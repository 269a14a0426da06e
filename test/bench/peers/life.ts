import { Project } from '../../support/project.ts';
import { pause, Run, sleepingWork } from './run.ts';
import type { Tool } from './tool.ts';

/** So many processes at once, from their start to their end. */
export interface Life {
  readonly count: number;
  /** Milliseconds until the last one runs. */
  readonly launched: number;
  /** Milliseconds of CPU time of the tool until then. */
  readonly cpu: number;
  /** The same until a moment later, with what it has put off until all were launched. */
  readonly settled: number;
  /** Milliseconds of CPU time in a second in which nothing happens. */
  readonly idle: number;
  /** Bytes of the tool while nothing happens. */
  readonly memory: number;
  readonly helpers: number;
  /** Milliseconds from the signal to the end of all. */
  readonly stopped: number;
  /** Processes that are still there long after it. */
  readonly left: number;
}

/** What a tool does after a start is not idling: sidecarctl writes down what it has read after two seconds. */
const SETTLES_MS = 3_000;
/** V8 collects what the start of sidecarctl has left behind once, eight seconds after it: 20 to 60 ms of CPU. */
export const COLLECTED_MS = 12_000;
const SOON_MS = 300;

export interface LifeOptions {
  /** Milliseconds; without, it is stopped soon, and idling is not measured. */
  readonly idleFor?: number;
  /** Milliseconds from the start until idling is measured. */
  readonly settlesFor?: number;
  /** A folder in which the tool has run before. */
  readonly kept?: Project;
  /** What happens before the stop. */
  readonly meanwhile?: (run: Run) => Promise<void>;
}

export const live = async (
  tool: Tool,
  count: number,
  { idleFor = 0, settlesFor = SETTLES_MS, kept, meanwhile }: LifeOptions = {},
): Promise<Life> => {
  await using run = await Run.start(tool, sleepingWork(count), kept && { kept });
  const launched = Math.max(...(await run.started(count))) - run.startedAt;
  const { cpu } = await run.cost();
  await pause(idleFor > 0 ? settlesFor : SOON_MS);
  const before = await run.cost();
  await pause(idleFor);
  const after = await run.cost();
  await meanwhile?.(run);
  const stoppedAt = performance.now();
  const left = await run.stop();
  return {
    ...{ count, launched, cpu, settled: before.cpu, left, helpers: after.processes, memory: after.memory },
    idle: (after.cpu - before.cpu) / (idleFor / 1_000),
    stopped: performance.now() - stoppedAt,
  };
};

/** Lives of the tools in turn, each in a folder of its own. The first round fills caches and does not count. */
export const liveInTurns = async (
  tools: readonly Tool[],
  count: number,
  rounds: number,
): Promise<Life[][]> => {
  await using folders = new AsyncDisposableStack();
  const kept = await Promise.all(tools.map(async () => folders.use(await Project.create())));
  const lives = tools.map((): Life[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [at, tool] of tools.entries()) {
      const folder = kept[at];
      const life = await live(tool, count, folder && { kept: folder });
      if (round > 0) lives[at]?.push(life);
    }
  return lives;
};
