import type { Milliseconds } from '../../model/vocabulary.ts';
import { LinuxProcessTrees } from '../process-tree/linux.ts';
import { PodCgroup } from '../process-tree/pod-cgroup.ts';
import type { DeadRun } from '../state/state-folder.ts';

const REAP_AT_MOST: Milliseconds = 5_000;

/** Ends the remaining processes of a dead supervisor, found by the marks of its run. On Linux only. */
export const reapRun = async ({ runId, since, cgroup: path }: DeadRun): Promise<void> => {
  const cgroup = path === null ? null : PodCgroup.ofRun(runId, path);
  const trees = new LinuxProcessTrees({ runId, since, cgroup });
  await trees.sweepRun(REAP_AT_MOST);
  await trees.close();
};
