import { LinuxProcessTrees } from './linux.ts';
import { PodCgroup } from './pod-cgroup.ts';
import { PortableProcessTrees } from './portable.ts';
import { ownIdentity } from './process-identity.ts';
import type { ProcessTrees } from './process-trees.ts';

/** What this platform has for finding and ending process trees. `runId`: eight hexadecimal digits. */
export const createProcessTrees = (runId: string): ProcessTrees => {
  if (process.platform !== 'linux') return new PortableProcessTrees(runId);
  return new LinuxProcessTrees({
    runId,
    cgroup: PodCgroup.create(runId),
    since: ownIdentity().startTime ?? 0,
  });
};
