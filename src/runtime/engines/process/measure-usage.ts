import type { Usage } from '../../usage/usage.ts';
import type { ProcessRow } from './process-table.ts';

/** Usage of a tree, from two samples, `seconds` apart. */
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
 * The time of a process that has ended between the samples is in the time that its parent has waited for, and part of
 * it was counted in the sample before. If its parent is outside the tree, or does not wait, its time is lost.
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

/** True if its time has gone to the nearest ancestor that is still there. */
const hasHeir = (
  { parentPid }: ProcessRow,
  before: readonly ProcessRow[],
  there: ReadonlySet<number>,
): boolean => {
  const parent = before.find(({ pid }) => pid === parentPid);
  if (parent === undefined) return false;
  return there.has(parent.pid) || hasHeir(parent, before, there);
};
