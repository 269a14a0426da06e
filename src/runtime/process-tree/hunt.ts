import type { Milliseconds } from '../../model/vocabulary.ts';
import { now } from '../../time/timers.ts';
import { visitTree } from './descent.ts';
import { listPids, type ProcEntry, readEntry, readLastPid } from './proc-table.ts';
import type { Belongs, Search, SearchTarget } from './search.ts';

/** Further new pids are left to the next round, so that signals and output get their turn. */
const MOST_FOLLOWED = 2_000;
/** A pid is assigned some microseconds, on a busy machine milliseconds, before its process can be seen. */
const IS_BEING_MADE: Milliseconds = 5;
/** After this time a pid may belong to another process. */
const STRANGERS_KEPT: Milliseconds = 2_000;

interface State {
  /** Newest pid that has been checked; null before the first. */
  followedTo: number | null;
  readonly living: Set<number>;
  /** Pids whose process was not there, with the time: it may still appear. */
  readonly missing: Map<number, Milliseconds>;
}

type Visit = (entry: ProcEntry) => void;

/**
 * Finds the processes of a run that have left their parents: by one walk over all processes, and then by checking each
 * pid that has been assigned since. A process that forks and exits in a row is caught up with: its next pid is checked
 * as soon as it is there.
 */
export class Hunt {
  readonly #since: number;
  #strangers = new Set<number>();
  #strangersAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #strangersUpTo = 0;

  /** `since`: start time of the supervisor in /proc. Nothing older can belong to it. */
  constructor(since: number) {
    this.#since = since;
  }

  search(target: SearchTarget): Search {
    const state: State = { followedTo: null, living: new Set(), missing: new Map() };
    return { round: (visit) => this.#round(target.rule(), state, visit) };
  }

  #round(belongs: Belongs, state: State, visit: Visit): { readonly isSure: boolean } {
    const lastPid = readLastPid();
    const before = state.followedTo;
    const isFollowing = before !== null && lastPid >= before && lastPid !== 0;
    const upTo = isFollowing ? Math.min(lastPid, before + MOST_FOLLOWED) : lastPid;
    const pids = new Set([
      ...state.living,
      ...state.missing.keys(),
      ...(isFollowing ? range(before + 1, upTo) : this.#everybody(lastPid)),
    ]);
    state.living.clear();
    for (const pid of pids) this.#look(pid, belongs, state, visit);
    state.followedTo = upTo;
    return { isSure: isSure(state) };
  }

  #look(pid: number, belongs: Belongs, state: State, visit: Visit): void {
    const entry = pid === process.pid ? null : readEntry(pid);
    if (entry === null) return this.#noteMissing(pid, state);
    state.missing.delete(pid);
    if (entry.startTime < this.#since) return void this.#strangers.add(pid);
    if (state.living.has(pid) || !belongs(entry)) return;
    visitTree(entry, (member) => {
      if (state.living.has(member.pid)) return;
      state.living.add(member.pid);
      visit(member);
    });
  }

  #noteMissing(pid: number, { followedTo, missing }: State): void {
    // It was listed in a walk, and has ended.
    if (followedTo === null) return void this.#strangers.add(pid);
    const since = missing.get(pid) ?? now();
    if (now() - since < IS_BEING_MADE) missing.set(pid, since);
    else missing.delete(pid);
  }

  /** Newest first, without those that are known to be older than the run. */
  #everybody(lastPid: number): number[] {
    if (now() - this.#strangersAt > STRANGERS_KEPT || lastPid < this.#strangersUpTo) {
      this.#strangers = new Set();
      this.#strangersAt = now();
    }
    this.#strangersUpTo = lastPid;
    return listPids()
      .filter((pid) => !this.#strangers.has(pid))
      .reverse();
  }
}

const isSure = ({ missing, followedTo }: State): boolean =>
  missing.size === 0 && followedTo !== 0 && readLastPid() === followedTo;

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
