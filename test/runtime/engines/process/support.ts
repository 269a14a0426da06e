import type { ProcessRow } from '../../../../src/runtime/engines/process/process-table.ts';

/** A process that leads a session of its own, is somebody's child, and has done nothing yet. */
export const row = (pid: number, fields: Partial<ProcessRow> = {}): ProcessRow => ({
  pid,
  parentPid: 1,
  group: pid,
  session: pid,
  startTime: 0,
  cpu: 0,
  waitedCpu: 0,
  memory: 0,
  ...fields,
});
