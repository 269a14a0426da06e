import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readChildrenOfThread } from './proc-table.ts';

/** A channel of Node's, on which it tells of every ChildProcess before that is started. */
const STARTS = 'child_process';

/**
 * Tells the children of this process apart: some it was started with, some Node started, and some have come to it after
 * the end of the parents that they had among the pod's processes.
 */
export class OwnChildren {
  readonly #before: ReadonlySet<number> = new Set(readChildrenOfThread(process.pid));
  readonly #byNode = new Set<ChildProcess>();
  readonly #marks = new Map<number, string>();

  constructor() {
    subscribe(STARTS, this.#onStart);
  }

  /** Whether this process started it, or was started with it, and not for the pod as far as that tells. */
  isOurOwn(pid: number): boolean {
    return this.#before.has(pid) || this.isNodes(pid);
  }

  /** Node waits for it. */
  isNodes(pid: number): boolean {
    for (const child of this.#byNode) {
      if (child.exitCode !== null || child.signalCode !== null) this.#byNode.delete(child);
      else if (child.pid === pid) return true;
    }
    return false;
  }

  /** What it was started for. A mark stays with a process, whatever that becomes. */
  markOf(pid: number): string | null {
    return this.#marks.get(pid) ?? null;
  }

  setMark(pid: number, mark: string): void {
    this.#marks.set(pid, mark);
  }

  /** It has been waited for, and its pid may be given to another. */
  forget(pid: number): void {
    this.#marks.delete(pid);
  }

  /** `children`: all that this process has. */
  keepOnly(children: readonly number[]): void {
    if (this.#marks.size <= children.length) return;
    const there = new Set(children);
    for (const pid of this.#marks.keys()) if (!there.has(pid)) this.#marks.delete(pid);
  }

  close(): void {
    unsubscribe(STARTS, this.#onStart);
  }

  #onStart = (message: unknown): void => {
    this.#byNode.add((message as { readonly process: ChildProcess }).process);
  };
}
