import { join, relative, resolve } from 'node:path';
import type { IsolationSpec, MountSpec, PrivateMountSpec } from '../core/pod-spec.ts';
import { isPrivateMount, isWithin, mountsOf } from './declared.ts';
import type { FilledProcess } from './resolve-ports.ts';

type Fields = FilledProcess['fields'];

/** Mounts within the config's folder: symlinks, for everybody. */
export const resolveMounts = (fields: Fields, folder: string): readonly MountSpec[] =>
  mountsOf(fields)
    .filter(([, path]) => !isPrivateMount(path, folder))
    .map(([volume, path]) => ({ volume, path: resolve(folder, path) }));

/** `volumes`: a directory for each volume, absolute. */
export const resolveIsolation = (
  fields: Fields,
  folder: string,
  volumes: ReadonlyMap<string, string>,
): IsolationSpec | null => {
  const mounts = mountsOf(fields)
    .filter(([, path]) => isPrivateMount(path, folder))
    // One of a volume that there is not is a problem of its own.
    .map(([volume, path]) => ({ volume, source: volumes.get(volume) ?? folder, path: resolve(path) }));
  const ownPids = fields.isolate === 'pid';
  return ownPids || mounts.length > 0 ? { ownPids, mounts } : null;
};

/** Where a path as an isolated process sees it lies for everybody else. */
export const behindMounts = (path: string, mounts: readonly PrivateMountSpec[]): string => {
  const mount = mounts.find((at) => isWithin(path, at.path));
  return mount === undefined ? path : join(mount.source, relative(mount.path, path));
};
