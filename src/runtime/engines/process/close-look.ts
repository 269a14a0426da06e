import type { UsageDetails } from '../../../model/usage-details.ts';
import { now } from '../../../time/timers.ts';
import {
  type ProcCounters,
  type ProcDetails,
  readBootTime,
  readFileLimit,
  readProcDetails,
} from '../../process-tree/proc-details.ts';
import type { ProcessRow } from './process-table.ts';
import { ProportionalMemory } from './proportional-memory.ts';
import { TreeTotals } from './tree-totals.ts';

/** Unit of time in /proc (USER_HZ), fixed by the kernel's interface, whatever its own clock. */
const TICKS_PER_SECOND = 100;

interface Launch {
  readonly root: number;
  readonly startTime: number;
  readonly totals: TreeTotals;
}

/** Reads the details of the process trees of a pod. It remembers what it has read, so that totals never go back. */
export class CloseLook {
  readonly #bootTime = readBootTime();
  readonly #proportional = new ProportionalMemory(now);
  #launches = new Map<string, Launch>();
  /** Soft limits of descriptors by pid and start: reading one takes longer than anything else. */
  #limits = new Map<string, number>();

  /** `roots`: pids of launched processes by name. */
  look(
    trees: ReadonlyMap<string, readonly ProcessRow[]>,
    roots: ReadonlyMap<string, number>,
  ): ReadonlyMap<string, UsageDetails> {
    const read = new Map([...trees].map(([name, tree]) => [name, { tree, details: detailsOf(tree) }]));
    const all = [...read.values()].flatMap(({ details }) => details);
    this.#limits = new Map(all.map((each) => [idOf(each), this.#limitOf(each)]));
    this.#proportional.look(all);
    const before = this.#launches;
    this.#launches = new Map();
    const found = new Map<string, UsageDetails>();
    for (const [name, { tree, details }] of read) {
      const main = details.find(({ pid }) => pid === roots.get(name)) ?? details[0];
      if (main === undefined) continue;
      const launch = launchOf(before.get(name), roots.get(name) ?? main.pid, main);
      this.#launches.set(name, launch);
      found.set(name, this.#describe(tree, details, launch));
    }
    return found;
  }

  #describe(tree: readonly ProcessRow[], details: readonly ProcDetails[], launch: Launch): UsageDetails {
    const limits = details.map((each) => this.#limits.get(idOf(each)) ?? Number.POSITIVE_INFINITY);
    const mainLimit = limits[details.findIndex(({ pid }) => pid === launch.root)] ?? limits[0] ?? 0;
    return {
      startedAt: Math.round((this.#bootTime + launch.startTime / TICKS_PER_SECOND) * 1_000),
      memory: {
        resident: sumOf(tree, ({ memory }) => memory),
        proportional: this.#proportional.of(details.map(({ pid }) => pid)),
        virtual: sumOf(details, ({ virtualBytes }) => virtualBytes),
        swapped: sumOf(details, ({ swappedBytes }) => swappedBytes),
      },
      threads: sumOf(details, ({ threads }) => threads),
      openFiles: sumOf(details, ({ openFiles }) => openFiles),
      // JSON has no infinity.
      maxOpenFiles: Number.isFinite(mainLimit) ? mainLimit : Number.MAX_SAFE_INTEGER,
      worstOpenFiles: Math.max(...details.map(({ openFiles }, at) => openFiles / (limits[at] ?? openFiles))),
      states: statesOf(details),
      ...countersOf(launch.totals.take(details)),
    };
  }

  #limitOf(process: ProcDetails): number {
    return this.#limits.get(idOf(process)) ?? readFileLimit(process.pid);
  }
}

const detailsOf = (tree: readonly ProcessRow[]): readonly ProcDetails[] =>
  tree.flatMap(({ pid }) => readProcDetails(pid) ?? []);

const idOf = ({ pid, startTime }: ProcDetails): string => `${pid} ${startTime}`;

/** Its main process may have ended, while others of its tree have not. */
const launchOf = (before: Launch | undefined, root: number, main: ProcDetails): Launch =>
  before !== undefined && before.root === root && (main.pid !== root || main.startTime === before.startTime)
    ? before
    : { root, startTime: main.startTime, totals: new TreeTotals() };

const sumOf = <Each>(all: readonly Each[], figure: (each: Each) => number): number =>
  all.reduce((sum, each) => sum + figure(each), 0);

const countersOf = (
  counters: ProcCounters,
): Pick<UsageDetails, 'cpuSeconds' | 'disk' | 'contextSwitches' | 'pageFaults'> => ({
  cpuSeconds: { user: counters.user / TICKS_PER_SECOND, system: counters.system / TICKS_PER_SECOND },
  disk: { read: counters.read, written: counters.written },
  contextSwitches: { voluntary: counters.voluntary, involuntary: counters.involuntary },
  pageFaults: { minor: counters.minorFaults, major: counters.majorFaults },
});

const statesOf = (details: readonly ProcDetails[]): UsageDetails['states'] => {
  const states = { running: 0, sleeping: 0, waiting: 0, other: 0 };
  for (const { state } of details) states[STATES[state] ?? 'other'] += 1;
  return states;
};

const STATES: Readonly<Record<string, keyof UsageDetails['states']>> = {
  R: 'running',
  S: 'sleeping',
  I: 'sleeping',
  D: 'waiting',
};
