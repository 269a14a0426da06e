import type { ProcEntry } from '../../process-tree/proc-table.ts';

/** The facts about a running process that decide to whom it belongs and what it uses. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  /** Same as the group if the platform does not tell it. */
  readonly session: number;
  /** With the pid it identifies the process; null if the platform does not tell it. */
  readonly startTime: number | null;
  /** Seconds of its own CPU time. */
  readonly cpu: number;
  /** Seconds of CPU time of the children it has waited for; 0 if the platform does not tell it. */
  readonly waitedCpu: number;
  /** Resident bytes. */
  readonly memory: number;
}

/** The processes of this machine: an interface for the part that differs between platforms. */
export interface ProcessTable {
  /** `except`: pids that can be left out. */
  rows(except?: ReadonlySet<number>): Promise<readonly ProcessRow[]>;
  /** Rows of processes that have been read already. */
  rowsOf(entries: readonly ProcEntry[]): readonly ProcessRow[];
  /** Command lines as a person would type them, without processes that have gone. */
  commands(pids: readonly number[]): Promise<ReadonlyMap<number, string>>;
}
