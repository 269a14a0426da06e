import type { IsolationSpec, MountSpec } from '../../model/pod-spec.ts';
import type { FilledProcess } from './filled-process.ts';

/** `mounts`: those that only the process sees. */
export const resolveIsolation = (
  { fields }: FilledProcess,
  mounts: readonly MountSpec[],
): IsolationSpec | null => {
  if (fields.image !== undefined) return null;
  const ownPids = fields.isolate === 'pid';
  return ownPids || mounts.length > 0 ? { ownPids, mounts } : null;
};
