import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isDead, readStat } from './proc-table.ts';

/** A process's identity, different from a later one with the same pid, and from one of another container or machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since the machine started; `null` without /proc. */
  readonly startTime: number | null;
  /** Id of the kernel's boot; missing if the system does not tell. */
  readonly bootId?: string;
  /** Inode of its pid namespace, which differs between containers; missing if there are none. */
  readonly pidNamespace?: number;
  /** Name of the machine or container: several may share a disk. */
  readonly host?: string;
}

/**
 * `alive`: it was seen. `gone`: it cannot be there any more. `elsewhere`: it was started in another container or on
 * another machine, so its pid means nothing here.
 */
type Presence = 'alive' | 'gone' | 'elsewhere';

/** Identity of this process. */
export const ownIdentity = (): ProcessIdentity => {
  own ??= readOwnIdentity();
  return own;
};

/** Looks for a process; `as` is the identity of the one that looks, by default this process. */
export const presenceOf = (
  process: ProcessIdentity,
  as: Pick<ProcessIdentity, 'bootId' | 'pidNamespace' | 'host'> = ownIdentity(),
): Presence => {
  if (process.bootId !== undefined && as.bootId !== undefined && process.bootId !== as.bootId)
    return process.host === as.host ? 'gone' : 'elsewhere';
  if (isOfAnotherNamespace(process, as)) return 'elsewhere';
  return isHere(process) ? 'alive' : 'gone';
};

/** True if it may still run. In doubt it does: nothing that belongs to a living supervisor may be touched. */
export const isMaybeAlive = (process: ProcessIdentity): boolean => presenceOf(process) !== 'gone';

/**
 * Letter of /proc/<pid>/stat: `T` stopped by a signal, `t` by a debugger, `D` in the kernel, `R` busy, `S` asleep. Null
 * if it is unknown, or the process is not here.
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

/** In a namespace with the /proc of the outer one, pids mean other processes there. */
const isProcOurs = (): boolean => linkOf('/proc/self') === `${process.pid}`;

const isPidTaken = (pid: number): boolean => {
  // A record may contain any number, and to the kernel 0 and below mean many processes.
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
