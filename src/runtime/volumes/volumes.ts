import { chmodSync, mkdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure } from '../../model/failures/storage-failure.ts';
import type { VolumeSpec } from '../../model/pod-spec.ts';
import { holdStateFolder } from '../state/hold-state-folder.ts';
import { findUnrealDirectory, isInside } from '../state/remove-inside.ts';
import { keptFolderPath, runFolderPath, type StateFolder } from '../state/state-folder.ts';
import { whatStandsAt } from '../state/what-stands-at.ts';

export interface DeclaredVolume {
  readonly name: string;
  readonly kind: VolumeSpec['lifetime'];
  /** Absolute path of an external volume, or `null` for one in the state folder. */
  readonly path: string | null;
}

/** Absolute path of each volume of a run, by name; nothing is created yet. `stateFolder` is a path. */
export const planVolumes = (
  declared: readonly DeclaredVolume[],
  stateFolder: string,
  run: { readonly runId: string; readonly label: string | null },
): ReadonlyMap<string, string> =>
  new Map(declared.map((volume) => [volume.name, volumePath(volume, stateFolder, run)]));

/**
 * Creates the directories, closed to other users; an existing one is kept as it is. Returns all failures at once.
 * `forContainers`: any user may write to those in the state folder, as to an empty folder of Kubernetes, since a container
 * runs as the user of its image. The state folder itself stays closed to other users of this machine.
 */
export const createVolumes = (
  volumes: Iterable<VolumeSpec>,
  state: StateFolder,
  forContainers = false,
): readonly StorageFailure[] => [...volumes].flatMap((volume) => createVolume(volume, state, forContainers));

const volumePath = (
  { name, kind, path }: DeclaredVolume,
  stateFolder: string,
  { runId, label }: { readonly runId: string; readonly label: string | null },
): string => {
  if (path !== null) return path;
  if (kind === 'pod') return join(runFolderPath(stateFolder, runId), 'volumes', name);
  return join(keptFolderPath(stateFolder, 'volumes', label), name);
};

const createVolume = (
  volume: VolumeSpec,
  state: StateFolder,
  forContainers: boolean,
): readonly StorageFailure[] => {
  try {
    if (isInside(state.path, volume.path)) return createOwnVolume(volume.path, state, forContainers);
    mkdirSync(volume.path, { recursive: true, mode: 0o700 });
    return [];
  } catch (error) {
    const { name, path } = volume;
    return [{ kind: 'volume-not-created', volume: name, path, cause: errorMessage(error) }];
  }
};

/** Level by level, so that a symlink in the way is found before anything is created through it. */
const createOwnVolume = (
  path: string,
  state: StateFolder,
  forContainers: boolean,
): readonly StorageFailure[] => {
  const levels = relative(state.path, path).split(sep);
  for (let depth = 0; depth < levels.length; depth++) {
    const parent = findUnrealDirectory(state, join(state.path, ...levels.slice(0, depth)));
    if (parent !== null && parent.found !== 'nothing') return [parent];
    holdStateFolder(state, levels.slice(0, depth), { make: true }).close();
  }
  const found = whatStandsAt(path);
  if (!found.startsWith('a symlink')) {
    using folder = holdStateFolder(state, levels, { make: true });
    if (forContainers && found === 'nothing') chmodSync(folder.at('.'), 0o777);
  }
  const blocked = findUnrealDirectory(state, path);
  return blocked === null ? [] : [blocked];
};
