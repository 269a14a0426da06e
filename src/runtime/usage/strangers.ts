import type { ProcessRow } from './process-table.ts';
import type { PodProcesses } from './tree-owners.ts';

/** A pid is given to another process some day: by then all have been looked at anew. */
const LOOKS = 10;

/**
 * The processes of this machine that were found not to be a pod's. None of them ever comes to be, so that they need
 * not be read again for each look: a look costs what the pod has, not what the machine has.
 */
export class Strangers {
  readonly #pids = new Set<number>();
  #looks = 0;

  /** For the next look; empty each tenth time. */
  forNextLook(): ReadonlySet<number> {
    if (this.#looks++ % LOOKS === 0) this.#pids.clear();
    return this.#pids;
  }

  /** `trees`: what of the rows is the pod's. */
  note(
    rows: readonly ProcessRow[],
    trees: ReadonlyMap<string, readonly ProcessRow[]>,
    { roots, supervisor }: PodProcesses,
  ): void {
    const own = new Set([...trees.values()].flat());
    const launched = new Set(roots.values());
    for (const row of rows) {
      // The supervisor's children have their mark only once they have become what they were launched for.
      const mayBeOurs = own.has(row) || launched.has(row.pid) || row.parentPid === supervisor;
      if (!mayBeOurs && row.pid !== supervisor) this.#pids.add(row.pid);
    }
  }
}
