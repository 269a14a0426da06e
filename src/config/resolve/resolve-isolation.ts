import { join, relative, resolve } from 'node:path';
import type { BindMount, IsolationSpec, MountSpec } from '../../model/pod-spec.ts';
import { isPrivateMount, isWithin, mountsOf } from './declared.ts';
import type { FilledProcess } from './filled-process.ts';

/** Mounts within the config's folder: symlinks, visible to everybody. */
export const resolveMounts = (process: FilledProcess, folder: string): readonly MountSpec[] =>
  (process.fields.image === undefined ? mountsOf(process) : [])
    .filter(([, path]) => !isPrivateMount(path, folder))
    .map(([written, path]) => ({ volume: volumeOf(process, written), path: resolve(folder, path) }));

/** `volumes` has an absolute directory for each volume. */
export const resolveIsolation = (
  process: FilledProcess,
  folder: string,
  volumes: ReadonlyMap<string, string>,
): IsolationSpec | null => {
  if (process.fields.image !== undefined) return null;
  const mounts = mountsOf(process)
    .filter(([, path]) => isPrivateMount(path, folder))
    .map(([written, path]) => {
      const volume = volumeOf(process, written);
      // A missing volume is reported as a problem of its own.
      return { volume, source: volumes.get(volume) ?? folder, path: resolve(path) };
    });
  const ownPids = process.fields.isolate === 'pid';
  return ownPids || mounts.length > 0 ? { ownPids, mounts } : null;
};

/** Volume that a name in the config means to this process. */
const volumeOf = ({ scope }: FilledProcess, written: string): string => scope.volumes.get(written) ?? written;

/** Path outside, for a path as an isolated process sees it. */
export const behindMounts = (path: string, mounts: readonly BindMount[]): string => {
  const mount = mounts.find((at) => isWithin(path, at.path));
  return mount === undefined ? path : join(mount.source, relative(mount.path, path));
};
