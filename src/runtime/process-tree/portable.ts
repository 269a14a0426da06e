import type { Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, sleep } from '../../time/timers.ts';
import type { Marks, ProcessTrees, TreeRoot } from './process-trees.ts';
import { markerVariableOf } from './run-marks.ts';
import { sendSignal } from './send-signal.ts';

const BETWEEN_LOOKS: Milliseconds = 20;
const isWindows = process.platform === 'win32';

/**
 * For macOS and Windows: the process group if there is one, and tree-kill for processes that have left it. Without
 * /proc, a process that has left its group and lost its parents is not found. Windows has no stop signal for a process
 * without a console, so a stop there is a kill.
 */
export class PortableProcessTrees implements ProcessTrees {
  readonly cgroupPath = null;
  readonly orphans = null;
  readonly #variable: string;

  constructor(runId: string) {
    this.#variable = markerVariableOf(runId);
  }

  mark(env: Readonly<Record<string, string>>, mark: string): Marks {
    return { env: { ...env, [this.#variable]: mark }, locksLimit: null };
  }

  rootOf(pid: number, mark: string): TreeRoot {
    return { pid, mark, startTime: null, holdsNamespace: false };
  }

  strays(): readonly [] {
    return [];
  }

  hasCommand(): boolean {
    return true;
  }

  markOf(): null {
    return null;
  }

  list(): null {
    return null;
  }

  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void {
    if (isWindows) return void this.#treeKill(root);
    sendSignal(-root.pid, signal);
    if (signal !== 'SIGKILL') sendSignal(-root.pid, 'SIGCONT');
  }

  async countLeftovers(root: TreeRoot): Promise<number> {
    return this.#groupIsAlive(root) ? 1 : 0;
  }

  async terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void> {
    if (!isWindows && !sparesGroup) this.signalGroup(root, 'SIGTERM');
  }

  /** Only the root is known to be there: the caller learns whether it has ended. */
  owns(root: TreeRoot, pid: number): boolean {
    return pid === root.pid;
  }

  async kill(
    root: TreeRoot,
    rootIsReaped: () => boolean,
    atMost: Milliseconds,
  ): Promise<readonly Survivor[]> {
    const deadline = now() + atMost;
    if (!rootIsReaped()) await this.#treeKill(root);
    while (this.#groupIsAlive(root) && now() < deadline) {
      if (sendSignal(-root.pid, 'SIGKILL') === 'refused') return [survivorOf(root, 'not-permitted')];
      await sleep(BETWEEN_LOOKS);
    }
    return this.#groupIsAlive(root) ? [survivorOf(root, 'unknown')] : [];
  }

  async killMarked(): Promise<readonly Survivor[]> {
    // Without readable environments there is nothing to find them by.
    return [];
  }

  async sweepRun(): Promise<readonly Survivor[]> {
    // Without readable environments there is nothing to find them by.
    return [];
  }

  async close(): Promise<void> {
    // There is nothing to release.
  }

  #groupIsAlive(root: TreeRoot): boolean {
    return !isWindows && sendSignal(-root.pid, 0) !== 'gone';
  }

  async #treeKill(root: TreeRoot): Promise<void> {
    // Loaded late: Linux does without.
    const { killTree } = await import('./kill-tree.ts');
    await killTree(root.pid);
  }
}

/** A remaining group has its leader's number; its members are unknown. */
const survivorOf = ({ pid, mark }: TreeRoot, why: Survivor['why']): Survivor => ({
  pid,
  user: null,
  command: mark,
  why,
});
