import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import { openProcessTable } from './open-process-table.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';
import { Strangers } from './strangers.ts';
import { type PodProcesses, TreeOwners } from './tree-owners.ts';
import { measureUsage, type Usage } from './usage.ts';

const PERIOD: Milliseconds = 1_000;
/** Looks take no more than this share of the time: one that takes longer than 3 ms is taken less often… */
const MOST_OF_TIME = 1 / 300;
/** …but not so seldom that nobody would look at the figures any more. */
const LONGEST_PERIOD: Milliseconds = 3_000;
/** The first figures come sooner than that: time is counted in hundredths of a second, of which this holds 25. */
const FIRST_PERIOD: Milliseconds = 250;

export type UsageListener = (usage: ReadonlyMap<string, Usage>) => void;

interface Look {
  readonly at: Milliseconds;
  readonly took: Milliseconds;
  readonly trees: ReadonlyMap<string, readonly ProcessRow[]>;
}

/**
 * What the trees of a pod's processes use, once a second while somebody listens, less often where that would cost more
 * than 0.3 % of a core: a look costs some 20 µs for each process of the pod. Where its processes are not all below this
 * one, each tenth look costs 10 µs for each process on the machine. On Windows nothing is measured and nobody is called.
 *
 * @example
 * const sampler = new UsageSampler(() => ({ roots: new Map([['web', 4242]]), supervisor: process.pid, markOf }));
 * const end = sampler.listen((usage) => show(usage.get('web')));
 */
export class UsageSampler {
  readonly #pod: () => PodProcesses;
  readonly #owners = new TreeOwners();
  readonly #strangers = new Strangers();
  readonly #timers = new Timers<'look'>();
  readonly #listeners = new Set<UsageListener>();
  /** Counted up whenever sampling begins or ends: a look that was under way then is thrown away. */
  #turn = 0;

  /** `pod` is asked anew for each look. */
  constructor(pod: () => PodProcesses) {
    this.#pod = pod;
  }

  /** The first call comes after a quarter of a second. Returns what ends the calls. */
  listen(listener: UsageListener): () => void {
    // The same function may listen twice, and each end is its own.
    const own: UsageListener = (usage) => listener(usage);
    this.#listeners.add(own);
    // Without descriptors for a first look there are no figures.
    if (this.#listeners.size === 1) this.#begin().catch(() => undefined);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#end();
    };
  }

  async #begin(): Promise<void> {
    const turn = ++this.#turn;
    const table = await openProcessTable();
    if (table === null) return;
    const first = await this.#look(table);
    if (turn === this.#turn) this.#lookAgain(table, first, first.at + FIRST_PERIOD);
  }

  #end(): void {
    this.#turn += 1;
    this.#timers.disarmAll();
  }

  #lookAgain(table: ProcessTable, last: Look, at: Milliseconds): void {
    const turn = this.#turn;
    this.#timers.arm('look', at, () => {
      this.#lookOnce(table, last, turn).catch(() => {
        if (turn === this.#turn) this.#lookAgain(table, last, now() + PERIOD);
      });
    });
  }

  async #lookOnce(table: ProcessTable, last: Look, turn: number): Promise<void> {
    const next = await this.#look(table);
    if (turn !== this.#turn) return;
    // Not `at` plus a period: after a suspended night that would be thousands of looks.
    this.#lookAgain(table, next, next.at + periodAfter(next.took));
    this.#tell(usageBetween(last, next));
  }

  async #look(table: ProcessTable): Promise<Look> {
    const from = now();
    const pod = this.#pod();
    const own = pod.list?.() ?? null;
    const trees =
      own === null ? await this.#lookAtAll(table, pod) : this.#owners.assign(table.rowsOf(own), pod);
    const at = now();
    return { at, took: at - from, trees };
  }

  async #lookAtAll(table: ProcessTable, pod: PodProcesses): Promise<Look['trees']> {
    const rows = await table.rows(this.#strangers.forNextLook());
    const trees = this.#owners.assign(rows, pod);
    this.#strangers.note(rows, trees, pod);
    return trees;
  }

  #tell(usage: ReadonlyMap<string, Usage>): void {
    for (const listener of [...this.#listeners]) listener(usage);
  }
}

/** How long to wait after a look that took so long. */
export const periodAfter = (took: Milliseconds): Milliseconds =>
  Math.min(LONGEST_PERIOD, Math.max(PERIOD, took / MOST_OF_TIME));

const usageBetween = (last: Look, next: Look): ReadonlyMap<string, Usage> => {
  const seconds = (next.at - last.at) / 1_000;
  const entries = [...next.trees].map(
    ([name, tree]) => [name, measureUsage(last.trees.get(name) ?? [], tree, seconds)] as const,
  );
  return new Map(entries);
};
