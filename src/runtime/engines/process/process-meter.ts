import type { UsageDetails } from '../../../model/usage-details.ts';
import { now } from '../../../time/timers.ts';
import type { Usage } from '../../usage/usage.ts';
import type { Meter } from '../engine.ts';
import type { CloseLook } from './close-look.ts';
import { measureUsage } from './measure-usage.ts';
import { NonPodPids } from './non-pod-pids.ts';
import { openProcessTable } from './open-process-table.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';
import { type PodProcesses, TreeOwners } from './tree-owners.ts';

type Trees = ReadonlyMap<string, readonly ProcessRow[]>;

interface Look {
  readonly at: number;
  readonly trees: Trees;
}

/**
 * Measures the process trees of a pod, in about 20 µs for each of its processes. If these are not all below this one,
 * each tenth sample takes 10 µs for each process on the machine.
 */
export class ProcessMeter implements Meter {
  readonly #table: ProcessTable;
  readonly #pod: () => PodProcesses;
  readonly #owners = new TreeOwners();
  readonly #nonPodPids = new NonPodPids();
  #last: Look | null = null;
  #closeLook: CloseLook | null = null;

  private constructor(table: ProcessTable, pod: () => PodProcesses) {
    this.#table = table;
    this.#pod = pod;
  }

  /** `pod` is called for each sample. Returns null on Windows, where nothing is measured. */
  static async open(pod: () => PodProcesses): Promise<ProcessMeter | null> {
    const table = await openProcessTable();
    return table === null ? null : new ProcessMeter(table, pod);
  }

  async look(): Promise<ReadonlyMap<string, Usage>> {
    const trees = await this.#trees();
    const next = { at: now(), trees };
    const usage = this.#last === null ? new Map<string, Usage>() : usageBetween(this.#last, next);
    this.#last = next;
    return usage;
  }

  async lookClosely(): Promise<ReadonlyMap<string, Usage>> {
    const usage = await this.look();
    this.#closeLook ??= await openCloseLook();
    const details = this.#closeLook?.look(this.#last?.trees ?? new Map(), this.#pod().roots);
    return details === undefined ? usage : withDetails(usage, details);
  }

  async #trees(): Promise<Trees> {
    const pod = this.#pod();
    const own = pod.list?.() ?? null;
    return own === null ? this.#amongAll(pod) : this.#owners.assign(this.#table.rowsOf(own), pod);
  }

  async #amongAll(pod: PodProcesses): Promise<Trees> {
    const rows = await this.#table.rows(this.#nonPodPids.forNextLook());
    const trees = this.#owners.assign(rows, pod);
    this.#nonPodPids.note(rows, trees, pod);
    return trees;
  }
}

/** Null where there is no /proc. */
const openCloseLook = async (): Promise<CloseLook | null> =>
  process.platform === 'linux' ? new (await import('./close-look.ts')).CloseLook() : null;

const withDetails = (
  usage: ReadonlyMap<string, Usage>,
  details: ReadonlyMap<string, UsageDetails>,
): ReadonlyMap<string, Usage> =>
  new Map(
    [...usage].map(([name, each]) => {
      const more = details.get(name);
      return [name, more === undefined ? each : { ...each, details: more }];
    }),
  );

const usageBetween = (last: Look, next: Look): ReadonlyMap<string, Usage> => {
  const seconds = (next.at - last.at) / 1_000;
  const entries = [...next.trees].map(
    ([name, tree]) => [name, measureUsage(last.trees.get(name) ?? [], tree, seconds)] as const,
  );
  return new Map(entries);
};
