import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isDead, readStat } from './proc-table.ts';

/** A process told apart from a later one with the same pid, and from one of another container or machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since the machine started; `null` where there is no /proc. */
  readonly startTime: number | null;
  /** Of the kernel that it runs on, new at each boot; missing where the system does not tell. */
  readonly bootId?: string;
  /** Inode of the namespace that its pid counts in, as containers have their own; missing where there are none. */
  readonly pidNamespace?: number;
  /** The machine's name, or the container's: a disk may be shared by several. */
  readonly host?: string;
}

/**
 * `alive`: it was seen. `gone`: it cannot be there any more. `elsewhere`: its pid means nothing here, as it was started
 * in another container or on another machine, so that nobody here can know.
 */
type Presence = 'alive' | 'gone' | 'elsewhere';

/** This very process. */
export const ownIdentity = (): ProcessIdentity => {
  own ??= readOwnIdentity();
  return own;
};

/** Looks for that very process; `as` is the one that looks, this process unless told otherwise. */
export const presenceOf = (
  process: ProcessIdentity,
  as: Pick<ProcessIdentity, 'bootId' | 'pidNamespace' | 'host'> = ownIdentity(),
): Presence => {
  if (process.bootId !== undefined && as.bootId !== undefined && process.bootId !== as.bootId)
    return process.host === as.host ? 'gone' : 'elsewhere';
  if (isOfAnotherNamespace(process, as)) return 'elsewhere';
  return isHere(process) ? 'alive' : 'gone';
};

/** Whether it may still run. In doubt it does: nothing that belongs to a living supervisor may be touched. */
export const isMaybeAlive = (process: ProcessIdentity): boolean => presenceOf(process) !== 'gone';

/**
 * The letter of /proc/<pid>/stat: `T` stopped by a signal, `t` by a debugger, `D` in the kernel, `R` busy, `S` asleep.
 * Null where it is not told, or the process is not here.
 */
export const runStateOf = (process: ProcessIdentity): string | null =>
  presenceOf(process) === 'alive' ? (readStat(process.pid)?.state ?? null) : null;

let own: ProcessIdentity | null = null;

const readOwnIdentity = (): ProcessIdentity => {
  const bootId = textOf('/proc/sys/kernel/random/boot_id');
  const pidNamespace = Number(/\d+/.exec(linkOf('/proc/self/ns/pid') ?? '')?.[0]);
  return {
    pid: process.pid,
    startTime: isProcOurs() ? (readStat(process.pid)?.startTime ?? null) : null,
    ...(bootId === null ? {} : { bootId: bootId.trim() }),
    ...(Number.isNaN(pidNamespace) ? {} : { pidNamespace }),
    host: hostname(),
  };
};

const isOfAnotherNamespace = (
  { pidNamespace }: ProcessIdentity,
  as: Pick<ProcessIdentity, 'pidNamespace'>,
): boolean => pidNamespace !== undefined && pidNamespace !== as.pidNamespace;

const isHere = ({ pid, startTime }: ProcessIdentity): boolean => {
  if (!isPidTaken(pid)) return false;
  const stat = startTime !== null && isProcOurs() ? readStat(pid) : null;
  if (stat === null) return true;
  return stat.startTime === startTime && !isDead(stat);
};

/** In a namespace whose /proc is still that of the one outside, pids mean other processes there. */
const isProcOurs = (): boolean => linkOf('/proc/self') === `${process.pid}`;

const isPidTaken = (pid: number): boolean => {
  // A record may say anything, and to the kernel 0 and less mean many processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};

const linkOf = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};
