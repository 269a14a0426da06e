import { mkdirSync, realpathSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure } from '../../model/failures/storage-failure.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import { isInside } from '../state/remove-inside.ts';
import { isRunAlive, type StateFolder } from '../state/state-folder.ts';
import { whatStandsAt } from '../state/what-stands-at.ts';
import { mountedPath } from './mounted-path.ts';
import { linkTarget, type Mount, unlinkMount } from './unlink-mount.ts';

/** The mounts that `createMounts` has created, for `removeMounts`. */
export interface MadeMounts {
  readonly links: readonly Mount[];
  /** Folders created on the way to them, outermost first. */
  readonly folders: readonly string[];
}

/** Mounts of the pod; one that several processes declare alike appears once. */
export const mountsOf = (pod: Pick<PodSpec, 'processes'>): readonly Mount[] => {
  const mounts = new Map<string, Mount>();
  for (const mount of [...pod.processes.values()].flatMap((process) => process.mounts)) {
    const target = mountedPath(mount);
    const isFile = mount.kind === 'file' ? { isFile: true } : {};
    mounts.set(`${mount.path}\0${target}`, { path: mount.path, target, ...isFile });
  }
  return [...mounts.values()];
};

/**
 * Folders that have to be created on the way to these mounts, outermost first: absolute, without symlinks. None for a
 * mount that cannot be reached at all.
 */
export const foldersToMake = (mounts: readonly Pick<Mount, 'path'>[]): readonly string[] => [
  ...new Set(mounts.flatMap(({ path }) => missingFolders(dirname(path)))),
];

const missingFolders = (folder: string): readonly string[] => {
  const missing: string[] = [];
  let at = folder;
  for (; whatStandsAt(at) === 'nothing' && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  try {
    const real = realpathSync(at);
    return missing.map((path) => join(real, relative(at, path)));
  } catch {
    return [];
  }
};

/**
 * Creates a symlink at each mount's path. A link of a dead run, or one of these `own` ones, is replaced; anything else is
 * kept and reported as a failure. All or nothing: after a failure the created links are removed again.
 */
export const createMounts = (
  mounts: readonly Mount[],
  state: StateFolder,
  own: readonly Mount[] = [],
):
  | { readonly ok: true; readonly made: MadeMounts }
  | { readonly ok: false; readonly failures: readonly StorageFailure[] } => {
  const failures = findMountObstacles(
    mounts.filter(({ path }) => !own.some((link) => link.path === path && isInPlace(link))),
    state,
  );
  if (failures.length > 0) return { ok: false, failures };
  const links: Mount[] = [];
  const folders: string[] = [];
  for (const mount of mounts) {
    try {
      folders.push(...makeParents(mount.path));
      putLink(mount);
      links.push(mount);
    } catch (error) {
      const left = removeMounts({ links, folders });
      return { ok: false, failures: [notCreated(mount, error), ...left] };
    }
  }
  return { ok: true, made: { links, folders } };
};

/** Removes the symlinks that still lead where they led, then the folders created for them, if they are empty. */
export const removeMounts = (made: MadeMounts): readonly StorageFailure[] => {
  const failures = made.links.map(unlinkMount).filter((failure) => failure !== null);
  for (const folder of made.folders.toReversed()) removeIfEmpty(folder);
  return failures;
};

/** Finds obstacles for `createMounts`; nothing is created or removed. */
export const findMountObstacles = (mounts: readonly Mount[], state: StateFolder): readonly StorageFailure[] =>
  mounts.flatMap((mount) => findObstacle(mount, state));

/** True if the symlink is there, and leads where it should. */
export const isInPlace = ({ path, target }: Mount): boolean => linkTarget(path) === resolve(target);

const findObstacle = (mount: Mount, state: StateFolder): readonly StorageFailure[] => {
  const found = whatStandsAt(mount.path);
  const target = linkTarget(mount.path);
  if (found === 'nothing' || target === resolve(mount.target)) return [];
  const runId = target === null ? null : runOf(target, state);
  if (runId === null) return [blocked(mount, found)];
  return isRunAlive(state, runId) ? [inUse(mount, runId)] : [];
};

/** Run in whose folder `target` is, with any spelling of the config folder. */
const runOf = (target: string, state: StateFolder): string | null => {
  const folders = [state.path, join(state.realConfigFolder, '.sidecarctl')].map((path) => join(path, 'runs'));
  const runs = folders.find((folder) => isInside(folder, target));
  return runs === undefined ? null : (relative(runs, target).split(sep)[0] ?? null);
};

/** Never by renaming over an existing file: a file that came in between would be lost. */
const putLink = (mount: Mount): void => {
  if (isInPlace(mount)) return;
  if (linkTarget(mount.path) !== null) unlinkSync(mount.path);
  // On Windows a junction needs no privilege, but only leads to folders; elsewhere the type is ignored.
  symlinkSync(mount.target, mount.path, mount.isFile === true ? 'file' : 'junction');
};

const makeParents = (path: string): readonly string[] => {
  const parent = dirname(path);
  const outermost = mkdirSync(parent, { recursive: true });
  if (outermost === undefined) return [];
  const made = [parent];
  for (let at = parent; at !== outermost && isInside(outermost, at); at = dirname(at))
    made.unshift(dirname(at));
  return made;
};

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody put something there, or removed it: either way it is no longer ours.
  }
};

const blocked = (mount: Mount, found: string): StorageFailure => ({
  kind: 'mount-blocked',
  path: mount.path,
  found,
  what: mount.isFile === true ? 'file' : 'volume',
});

const inUse = (mount: Mount, runId: string): StorageFailure => ({
  kind: 'mount-in-use',
  path: mount.path,
  runId,
});

const notCreated = (mount: Mount, error: unknown): StorageFailure => ({
  kind: 'mount-not-created',
  path: mount.path,
  cause: errorMessage(error),
});
