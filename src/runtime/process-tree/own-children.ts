import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readChildrenOfThread } from './proc-table.ts';

/** A channel of Node's, which reports every ChildProcess before it is started. */
const STARTS = 'child_process';

/**
 * Tells the children of this process apart: those it was started with, those that Node started, and those it has
 * adopted from the pod's processes.
 */
export class OwnChildren {
  readonly #before: ReadonlySet<number> = new Set(readChildrenOfThread(process.pid));
  readonly #byNode = new Set<ChildProcess>();
  readonly #marks = new Map<number, string>();

  constructor() {
    subscribe(STARTS, this.#onStart);
  }

  /** True if this process started it, or was started with it, and no mark says that it is the pod's. */
  isOurOwn(pid: number): boolean {
    return this.#before.has(pid) || this.isNodes(pid);
  }

  /** True if Node waits for it. */
  isNodes(pid: number): boolean {
    for (const child of this.#byNode) {
      if (child.exitCode !== null || child.signalCode !== null) this.#byNode.delete(child);
      else if (child.pid === pid) return true;
    }
    return false;
  }

  /** Mark that it was started with. A mark stays with a process, whatever it becomes. */
  markOf(pid: number): string | null {
    return this.#marks.get(pid) ?? null;
  }

  setMark(pid: number, mark: string): void {
    this.#marks.set(pid, mark);
  }

  /** It has been waited for, and its pid may be reused. */
  forget(pid: number): void {
    this.#marks.delete(pid);
  }

  /** `children`: all children of this process. */
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
