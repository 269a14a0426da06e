import type { Milliseconds } from '../../../model/vocabulary.ts';
import { LinuxProcessTrees } from '../../process-tree/linux.ts';
import { PodCgroup } from '../../process-tree/pod-cgroup.ts';
import type { DeadRun } from '../../state/state-folder.ts';

const SWEEP_AT_MOST: Milliseconds = 5_000;

/**
 * Ends the processes that a dead supervisor has left, which the marks of its run identify. Only Linux shows the marks;
 * elsewhere nothing happens.
 */
export const sweepDeadRun = async ({
  runId,
  since,
  cgroup: path,
}: Pick<DeadRun, 'runId' | 'since' | 'cgroup'>): Promise<void> => {
  if (process.platform !== 'linux') return;
  const cgroup = path === null ? null : PodCgroup.ofRun(runId, path);
  const trees = new LinuxProcessTrees({ runId, since, cgroup });
  await trees.sweepRun(SWEEP_AT_MOST);
  await trees.close();
};
