import type { ProcessTable } from './process-table.ts';

/** Returns null on Windows: nothing is measured there. */
export const openProcessTable = async (
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessTable | null> => {
  if (platform === 'win32') return null;
  if (platform === 'linux') return new (await import('./proc-process-table.ts')).ProcProcessTable();
  return new (await import('./ps-process-table.ts')).PsProcessTable();
};
