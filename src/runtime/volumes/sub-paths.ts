import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure } from '../../model/failures/storage-failure.ts';
import type { MountSpec, ProcessSpec } from '../../model/pod-spec.ts';
import { isInside } from '../state/remove-inside.ts';
import { whatStandsAt } from '../state/what-stands-at.ts';
import { mountedPath } from './mounted-path.ts';

/**
 * Makes the parts of volumes that a process mounts, as folders, where they are missing. A process may have put a
 * symlink there by then: one that leads out of the volume is refused, since an engine would follow it as root. Returns the
 * first failure, or null.
 */
export const makeSubPaths = (
  process: Pick<ProcessSpec, 'mounts' | 'launch' | 'isolation'>,
): StorageFailure | null => {
  for (const mount of allMounts(process).filter(({ subPath }) => subPath !== '')) {
    const failure = makeSubPath(mount);
    if (failure !== null) return failure;
  }
  return null;
};

const allMounts = ({
  mounts,
  launch: { command },
  isolation,
}: Pick<ProcessSpec, 'mounts' | 'launch' | 'isolation'>): readonly MountSpec[] => [
  ...mounts,
  ...(isolation?.mounts ?? []),
  ...(command.kind === 'container' ? command.mounts : []),
];

const makeSubPath = (mount: MountSpec): StorageFailure | null => {
  const { name: volume, source, subPath } = mount;
  const path = mountedPath(mount);
  try {
    const root = realpathSync(source);
    const { mode } = statSync(root);
    let at = root;
    for (const step of subPath.split(sep)) {
      at = makeStep(join(at, step), mode);
      if (at !== root && !isInside(root, at)) return { kind: 'sub-path-outside', volume, path, leadsTo: at };
    }
    return null;
  } catch (error) {
    return { kind: 'sub-path-not-created', volume, path, cause: errorMessage(error) };
  }
};

/** Returns the real path of a step on the way, whose parent is real. A new folder has the mode of the volume. */
const makeStep = (path: string, mode: number): string => {
  if (whatStandsAt(path) !== 'nothing') return realpathSync(path);
  mkdirSync(path);
  chmodSync(path, mode & 0o777);
  return path;
};
