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
  runFolderPath,
  type StateFolder,
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

const clearRuns = async (configFolder: string): Promise<readonly StorageFailure[]> => {
  const state = stateFolderOf(configFolder);
  const runs = findDeadRuns(state);
  const [left] = await Promise.all([sweepDeadContainers(runs, state), Promise.all(runs.map(sweepDeadRun))]);
  const { failures } = await removeDeadRuns(state, new Set(left.map(({ path }) => path)));
  return [...failures, ...left];
};

/** Removes the containers of runs; those that run have been ended with its processes, or not. */
const sweepDeadContainers = async (
  runs: readonly DeadRun[],
  state: StateFolder,
): Promise<readonly StorageFailure[]> => {
  const swept = runs.map(async ({ runId, containers }): Promise<readonly StorageFailure[]> => {
    if (containers === null || (await sweepContainers(containers, runId, CONTAINERS_AT_MOST))) return [];
    const path = runFolderPath(state.path, runId);
    return [{ kind: 'containers-left', path, engine: containers.engine }];
  });
  return (await Promise.all(swept)).flat();
};
