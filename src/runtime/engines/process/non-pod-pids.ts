import type { ProcessRow } from './process-table.ts';
import type { PodProcesses } from './tree-owners.ts';

/** A pid is reused some day: by then all processes have been checked again. */
const LOOKS = 10;

/**
 * The processes of this machine that do not belong to a pod. None of them ever will, so they need not be read again for
 * each sample: a sample costs what the pod has, not what the machine has.
 */
export class NonPodPids {
  readonly #pids = new Set<number>();
  #looks = 0;

  /** Pids for the next sample; empty each tenth time. */
  forNextLook(): ReadonlySet<number> {
    if (this.#looks++ % LOOKS === 0) this.#pids.clear();
    return this.#pids;
  }

  /** `trees`: rows of the pod's processes. */
  note(
    rows: readonly ProcessRow[],
    trees: ReadonlyMap<string, readonly ProcessRow[]>,
    { roots, supervisor }: PodProcesses,
  ): void {
    const own = new Set([...trees.values()].flat());
    const launched = new Set(roots.values());
    for (const row of rows) {
      // Children of the supervisor get their mark only once they have become their command.
      const mayBeOurs = own.has(row) || launched.has(row.pid) || row.parentPid === supervisor;
      if (!mayBeOurs && row.pid !== supervisor) this.#pids.add(row.pid);
    }
  }
}
