import type { Libc } from '../native/libc.ts';
import { LinuxProcessTrees } from './linux.ts';
import { PodCgroup } from './pod-cgroup.ts';
import { PortableProcessTrees } from './portable.ts';
import { ownIdentity } from './process-identity.ts';
import type { ProcessTrees } from './process-trees.ts';

/**
 * Creates this platform's means to find and end process trees. `runId`: eight hexadecimal digits. `libc`: given if this
 * process belongs to the pod alone, so that it may adopt orphans; null in a program's own process, which would get
 * children that it does not know.
 */
export const createProcessTrees = (runId: string, libc: Libc | null): ProcessTrees => {
  if (process.platform !== 'linux') return new PortableProcessTrees(runId);
  return new LinuxProcessTrees({
    runId,
    cgroup: PodCgroup.create(runId),
    since: ownIdentity().startTime ?? 0,
    adoptsOrphans: libc?.becomeSubreaper() ?? false,
  });
};

/** Does the same for a few processes outside the pod: without a cgroup, and without adopting orphans. */
export const createLooseTrees = (runId: string): ProcessTrees =>
  process.platform === 'linux'
    ? new LinuxProcessTrees({ runId, cgroup: null, since: ownIdentity().startTime ?? 0 })
    : new PortableProcessTrees(runId);
