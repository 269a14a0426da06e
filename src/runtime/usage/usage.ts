import type { ProcessRow } from './process-table.ts';

/** Of a process and all its descendants. */
export interface Usage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Bytes that are resident, shared ones counted once for each process. */
  readonly memory: number;
  readonly processes: number;
}

/** What a tree uses, from two looks at it, `seconds` apart. */
export const measureUsage = (
  before: readonly ProcessRow[],
  now: readonly ProcessRow[],
  seconds: number,
): Usage => ({
  cpu: seconds > 0 ? cpuBetween(before, now) / seconds : 0,
  memory: now.reduce((sum, { memory }) => sum + memory, 0),
  processes: now.length,
});

/**
 * What has ended between the looks is in the time that its parent has waited for, and part of it was counted at the
 * look before. One whose parent is outside of the tree, or does not wait, takes its time with it.
 */
const cpuBetween = (before: readonly ProcessRow[], now: readonly ProcessRow[]): number => {
  const earlier = new Map(before.map((row) => [idOf(row), row]));
  const there = new Set(now.map(({ pid }) => pid));
  let own = 0;
  let waited = 0;
  for (const row of now) {
    const past = earlier.get(idOf(row));
    own += Math.max(0, row.cpu - (past?.cpu ?? 0));
    waited += row.waitedCpu - (past?.waitedCpu ?? 0);
    earlier.delete(idOf(row));
  }
  for (const gone of earlier.values()) {
    if (hasHeir(gone, before, there)) waited -= gone.cpu + gone.waitedCpu;
  }
  return own + Math.max(0, waited);
};

const idOf = ({ pid, startTime }: ProcessRow): string => `${pid} ${startTime}`;

/** Its time has gone to the nearest ancestor that is still there. */
const hasHeir = (
  { parentPid }: ProcessRow,
  before: readonly ProcessRow[],
  there: ReadonlySet<number>,
): boolean => {
  const parent = before.find(({ pid }) => pid === parentPid);
  if (parent === undefined) return false;
  return there.has(parent.pid) || hasHeir(parent, before, there);
};
