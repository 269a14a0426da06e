import type { ProcEntry } from '../../process-tree/proc-table.ts';
import type { ProcessRow } from './process-table.ts';

export interface PodProcesses {
  /** Pids of launched processes: leaders of sessions of their own, and children of the supervisor. */
  readonly roots: ReadonlyMap<string, number>;
  readonly supervisor: number;
  /** Mark of a process that has left parents and session behind, or null. */
  readonly markOf: (pid: number) => string | null;
  /** All processes that may be the pod's, or more. Null or missing: all processes of the machine must be read. */
  readonly list?: () => readonly ProcEntry[] | null;
}

type Rows = ReadonlyMap<number, ProcessRow>;
type OwnerOf = (row: ProcessRow) => string | null;

/**
 * Assigns every process to one of the pod's: by descent, by session and group, and, for a daemon that has left all
 * these behind, by its mark.
 */
export class TreeOwners {
  /** Marks by pid. A mark does not change, and reading it takes 30 µs. */
  #marks = new Map<number, { readonly startTime: number | null; readonly mark: string | null }>();

  /** Rows by name, in the order of the table; a name is missing if nothing of it is there. */
  assign(rows: readonly ProcessRow[], pod: PodProcesses): ReadonlyMap<string, readonly ProcessRow[]> {
    const byPid = new Map(rows.map((row) => [row.pid, row]));
    const ownerOf = lookUpOwners(byPid, pod, this.#marksOf(byPid, pod));
    const trees = new Map<string, ProcessRow[]>();
    for (const row of rows) {
      const owner = ownerOf(row);
      if (owner === null) continue;
      const tree = trees.get(owner);
      if (tree === undefined) trees.set(owner, [row]);
      else tree.push(row);
    }
    return trees;
  }

  #marksOf(byPid: Rows, { supervisor, markOf }: PodProcesses): OwnerOf {
    const before = this.#marks;
    this.#marks = new Map();
    const since = byPid.get(supervisor)?.startTime ?? 0;
    return ({ pid, startTime }) => {
      // A process older than the supervisor was not started by it.
      if (startTime !== null && startTime < since) return null;
      const known = before.get(pid);
      const mark = known !== undefined && known.startTime === startTime ? known.mark : markOf(pid);
      this.#marks.set(pid, { startTime, mark });
      return mark;
    };
  }
}

const lookUpOwners = (byPid: Rows, { roots, supervisor }: PodProcesses, markOf: OwnerOf): OwnerOf => {
  const names = new Map([...roots].map(([name, pid]) => [pid, name]));
  const owners = new Map<number, string | null>();

  /**
   * False if the leader's pid belongs to another process by now: it is reused only after the last of the group has
   * gone.
   */
  const ledBy = (leader: number): string | null => {
    const holder = byPid.get(leader);
    return holder === undefined || holder.parentPid === supervisor ? (names.get(leader) ?? null) : null;
  };
  const byParent = ({ parentPid }: ProcessRow): string | null => {
    const parent = byPid.get(parentPid);
    return parent === undefined || parentPid === supervisor ? null : ownerOf(parent);
  };
  const byMark = (row: ProcessRow): string | null => {
    const mark = markOf(row);
    return mark !== null && roots.has(mark) ? mark : null;
  };
  const ownerOf: OwnerOf = (row) => {
    const known = owners.get(row.pid);
    if (known !== undefined) return known;
    // Rows are not read at the same instant: a reused pid could close a cycle.
    owners.set(row.pid, null);
    const isOurs = row.pid !== supervisor;
    const owner = isOurs ? (byParent(row) ?? ledBy(row.session) ?? ledBy(row.group) ?? byMark(row)) : null;
    owners.set(row.pid, owner);
    return owner;
  };
  return ownerOf;
};
