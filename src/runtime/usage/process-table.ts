import type { ProcEntry } from '../process-tree/proc-table.ts';

/** A running process, as far as it matters for whose it is and what it uses. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  /** As the group, where the platform does not tell it. */
  readonly session: number;
  /** With the pid it names the process for good; null where the platform does not tell it. */
  readonly startTime: number | null;
  /** Seconds of CPU time of its own. */
  readonly cpu: number;
  /** Seconds of CPU time of the children it has waited for; 0 where the platform does not tell it. */
  readonly waitedCpu: number;
  /** Bytes that are resident. */
  readonly memory: number;
}

/** What runs on this machine at the moment: one interface for what every platform tells differently. */
export interface ProcessTable {
  /** `except`: pids that need not be told of. */
  rows(except?: ReadonlySet<number>): Promise<readonly ProcessRow[]>;
  /** Of those that have been read already. */
  rowsOf(entries: readonly ProcEntry[]): readonly ProcessRow[];
  /** How processes were started, as a person would type it; without those that have gone. */
  commands(pids: readonly number[]): Promise<ReadonlyMap<number, string>>;
}
