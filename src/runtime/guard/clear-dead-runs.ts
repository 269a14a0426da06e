import type { StorageFailure } from '../../model/failures/storage-failure.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { sweepContainers } from '../engines/container/sweep-containers.ts';
import { sweepDeadRun } from '../engines/process/sweep-dead-run.ts';
import { removeStaleFifos } from '../output/named-fifos.ts';
import { removeDeadPods } from '../state/pod-record.ts';
import {
  type DeadRun,
  findDeadRuns,
  hasRuns,
  removeDeadRuns,
  stateFolderOf,
  stateFolderPath,
} from '../state/state-folder.ts';

/** An engine that takes longer has another problem, and the next start tries again. */
const CONTAINERS_AT_MOST: Milliseconds = 30_000;

/**
 * Ends and removes what dead supervisors have left in this folder and their guards have not cleaned up: processes
 * first, then mounts and volumes, then records and sockets. It creates and opens nothing where no pod has ever run.
 */
export const clearDeadRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const failures = hasRuns(stateFolderPath(configFolder)) ? await clearRuns(configFolder) : [];
  if (removeDeadPods(configFolder) && process.platform === 'linux') removeStaleFifos();
  return failures;
};

/** Removes the containers of a run; those that run have been ended with its processes, or not. */
const sweepDeadContainers = async ({ runId, containers }: DeadRun): Promise<void> => {
  if (containers === null) return;
  await sweepContainers(containers, runId, CONTAINERS_AT_MOST);
};

const clearRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const state = stateFolderOf(configFolder);
  await Promise.all(findDeadRuns(state).flatMap((run) => [sweepDeadRun(run), sweepDeadContainers(run)]));
  return (await removeDeadRuns(state)).failures;
};
