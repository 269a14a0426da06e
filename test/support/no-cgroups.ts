import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findOwnCgroup, PodCgroup } from '../../src/runtime/process-tree/pod-cgroup.ts';
import { eventually } from './deadline.ts';

const isRemoved = (cgroup: string): boolean => {
  try {
    rmdirSync(cgroup);
    return true;
  } catch {
    return false;
  }
};

/** Whether a pod that is started here gets a cgroup of its own. */
export const canMakeCgroups = (): boolean => {
  // Other files of tests may ask at the same moment.
  const cgroup = PodCgroup.create(randomBytes(4).toString('hex'));
  if (cgroup !== null) rmdirSync(cgroup.path);
  return cgroup !== null;
};

/** Puts this process, and all it starts from now on, where the kernel lets nobody make a cgroup. */
export const forbidCgroups = (): { readonly restore: () => Promise<void> } => {
  const own = canMakeCgroups() ? findOwnCgroup() : null;
  if (own === null) return { restore: async () => undefined };
  // A run of tests that was killed has left one, maybe of this pid.
  const barren = join(own, `sidecarctl-test-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(barren);
  writeFileSync(join(barren, 'cgroup.max.descendants'), '0');
  writeFileSync(join(barren, 'cgroup.procs'), `${process.pid}`);
  const restore = async () => {
    writeFileSync(join(dirname(barren), 'cgroup.procs'), `${process.pid}`);
    await eventually('the last process to leave it', () => isRemoved(barren));
  };
  return { restore };
};
