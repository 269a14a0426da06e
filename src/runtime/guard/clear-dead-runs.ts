import { realpathSync } from 'node:fs';
import { findDeadRuns, hasRuns, removeDeadRuns, stateFolderPath } from '../state-folder.ts';
import type { StorageFailure } from '../volumes/storage-failure.ts';
import { reapRun } from './reap-run.ts';

/**
 * Ends and removes what dead supervisors have left in this folder and their guards have not seen to: processes first,
 * then mounts and volumes. Nothing is made or opened where no pod has ever run.
 */
export const clearDeadRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const path = stateFolderPath(configFolder);
  if (!hasRuns(path)) return [];
  if (process.platform === 'linux') await Promise.all(findDeadRuns(path).map(reapRun));
  const state = { path, configFolder, realConfigFolder: realpathSync(configFolder) };
  return (await removeDeadRuns(state)).failures;
};
