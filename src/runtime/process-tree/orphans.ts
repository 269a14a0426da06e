import type { Milliseconds } from '../../model/vocabulary.ts';
import { now } from '../../time/timers.ts';
import type { OwnChildren } from './own-children.ts';
import { readChildrenOfThread, readEntry } from './proc-table.ts';
import type { RunMarks } from './run-marks.ts';

/** Programs wait for their own children at once; a child that has been dead for this long is nobody's. */
const NOBODY_WAITS: Milliseconds = 1_000;

/**
 * Processes that were adopted after the end of their parents, because this process is the subreaper of the pod, or the
 * first process of a container. When they end, this process has to wait for them, or they stay as zombies.
 */
export class Orphans {
  readonly #children: OwnChildren;
  readonly #marks: RunMarks;
  readonly #deadSince = new Map<number, Milliseconds>();

  constructor(children: OwnChildren, marks: RunMarks) {
    this.#children = children;
    this.#marks = marks;
  }

  /** True if an ended child is an orphan: never one whose exit status Node or other code waits for. */
  mayBeReaped(pid: number): boolean {
    const since = this.#deadSince.get(pid);
    if (since !== undefined) return now() - since >= NOBODY_WAITS;
    if (this.#children.isNodes(pid)) return false;
    if (this.#marks.readFrom(pid) !== null) return true;
    this.#deadSince.set(pid, now());
    return false;
  }

  reaped(pid: number): void {
    this.#deadSince.delete(pid);
    this.#children.forget(pid);
  }

  /** All children of this process that have ended. */
  ended(): readonly number[] {
    const children = readChildrenOfThread(process.pid);
    const there = new Set(children);
    for (const pid of this.#deadSince.keys()) if (!there.has(pid)) this.#deadSince.delete(pid);
    return children.filter((pid) => this.#deadSince.has(pid) || readEntry(pid) === null);
  }
}
