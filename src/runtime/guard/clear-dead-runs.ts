import type { StorageFailure } from '../../model/failures/storage-failure.ts';
import { sweepDeadRun } from '../engines/process/sweep-dead-run.ts';
import { removeStaleFifos } from '../output/named-fifos.ts';
import { removeDeadPods } from '../state/pod-record.ts';
import {
  findDeadRuns,
  hasRuns,
  removeDeadRuns,
  stateFolderOf,
  stateFolderPath,
} from '../state/state-folder.ts';

/**
 * Ends and removes what dead supervisors have left in this folder and their guards have not cleaned up: processes
 * first, then mounts and volumes, then records and sockets. It creates and opens nothing where no pod has ever run.
 */
export const clearDeadRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const failures = hasRuns(stateFolderPath(configFolder)) ? await clearRuns(configFolder) : [];
  if (removeDeadPods(configFolder) && process.platform === 'linux') removeStaleFifos();
  return failures;
};

const clearRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const state = stateFolderOf(configFolder);
  await Promise.all(findDeadRuns(state).map(sweepDeadRun));
  return (await removeDeadRuns(state)).failures;
};
