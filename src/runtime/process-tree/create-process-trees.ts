import type { Libc } from '../native/libc.ts';
import { LinuxProcessTrees } from './linux.ts';
import { PodCgroup } from './pod-cgroup.ts';
import { PortableProcessTrees } from './portable.ts';
import { ownIdentity } from './process-identity.ts';
import type { ProcessTrees } from './process-trees.ts';

/**
 * What this platform has for finding and ending process trees. `runId`: eight hexadecimal digits. `libc`: this process
 * is all the pod's, so that it may take in what loses its parents; null in somebody else's process, which would get
 * children that it knows nothing of.
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

/** The same for a few processes of our own that are not the pod's: no cgroup is made, and nobody is taken in. */
export const createLooseTrees = (runId: string): ProcessTrees =>
  process.platform === 'linux'
    ? new LinuxProcessTrees({ runId, cgroup: null, since: ownIdentity().startTime ?? 0 })
    : new PortableProcessTrees(runId);
