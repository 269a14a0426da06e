import { readFileSync } from 'node:fs';

/** A process told apart from a later one with the same pid. */
export interface SupervisorIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since the machine started; `null` where there is no /proc. */
  readonly startTime: number | null;
}

export const ownIdentity = (): SupervisorIdentity => ({
  pid: process.pid,
  startTime: readStat(process.pid)?.startTime ?? null,
});

/** Whether that very process still runs. In doubt it does: what belongs to a living supervisor is never touched. */
export const isSupervisorAlive = (supervisor: SupervisorIdentity): boolean => {
  if (!pidIsTaken(supervisor.pid)) return false;
  const stat = readStat(supervisor.pid);
  if (stat === null || supervisor.startTime === null) return true;
  return stat.startTime === supervisor.startTime && !stat.ended;
};

const pidIsTaken = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const readStat = (pid: number): { readonly startTime: number; readonly ended: boolean } | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 2 is the command in parentheses and may itself hold spaces and parentheses: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { startTime: Number(fields[19]), ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return null;
  }
};
