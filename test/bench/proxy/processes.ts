import { readdirSync, readFileSync } from 'node:fs';

/** A process with all below it. */
const treeOf = (pid: number): readonly number[] => {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
};

/** The kernel counts CPU time in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/** Microseconds of CPU that a process and those below it have used, in user and kernel mode. */
export const cpuOf = (pid: number): number =>
  treeOf(pid).reduce((sum, each) => sum + ticksOf(each) * MICROSECONDS_PER_TICK, 0);

const ticksOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

/** Megabytes of memory of a process and those below it; what they share with others counts in part. */
export const memoryOf = (pid: number): number =>
  treeOf(pid).reduce((sum, each) => {
    const [, kilobytes] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'utf8')) ?? [];
    return sum + Number(kilobytes) / 1024;
  }, 0);
