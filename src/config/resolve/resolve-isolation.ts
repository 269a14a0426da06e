import { join, relative, resolve } from 'node:path';
import type { IsolationSpec, MountSpec, PrivateMountSpec } from '../../model/pod-spec.ts';
import { isPrivateMount, isWithin, mountsOf } from './declared.ts';
import type { FilledProcess } from './fill-wiring.ts';

/** Mounts within the config's folder: symlinks, for everybody. */
export const resolveMounts = (process: FilledProcess, folder: string): readonly MountSpec[] =>
  mountsOf(process)
    .filter(([, path]) => !isPrivateMount(path, folder))
    .map(([written, path]) => ({ volume: volumeOf(process, written), path: resolve(folder, path) }));

/** `volumes`: a directory for each volume, absolute. */
export const resolveIsolation = (
  process: FilledProcess,
  folder: string,
  volumes: ReadonlyMap<string, string>,
): IsolationSpec | null => {
  const mounts = mountsOf(process)
    .filter(([, path]) => isPrivateMount(path, folder))
    .map(([written, path]) => {
      const volume = volumeOf(process, written);
      // One of a volume that there is not is a problem of its own.
      return { volume, source: volumes.get(volume) ?? folder, path: resolve(path) };
    });
  const ownPids = process.fields.isolate === 'pid';
  return ownPids || mounts.length > 0 ? { ownPids, mounts } : null;
};

/** The volume that a name in the config means to this process. */
const volumeOf = ({ scope }: FilledProcess, written: string): string => scope.volumes.get(written) ?? written;

/** Where a path as an isolated process sees it lies for everybody else. */
export const behindMounts = (path: string, mounts: readonly PrivateMountSpec[]): string => {
  const mount = mounts.find((at) => isWithin(path, at.path));
  return mount === undefined ? path : join(mount.source, relative(mount.path, path));
};
