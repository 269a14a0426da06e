import { join, normalize, posix, relative, resolve } from 'node:path';
import type { MountSpec } from '../../model/pod-spec.ts';
import { isPrivateMount, isWithin } from './declared.ts';
import { type DeclaredMount, type Mounted, mountedAs, mountsOf } from './declared-mounts.ts';
import type { FilledProcess } from './filled-process.ts';
import { filePaths } from './resolve-files.ts';

interface MountPlaces {
  /** Absolute path of the config's folder. */
  readonly folder: string;
  /** Absolute directory of each volume. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly filesFolder: string;
}

/** Mounts of a process of this machine within the config's folder: symlinks, visible to everybody. */
export const resolveLinks = (process: FilledProcess, places: MountPlaces): readonly MountSpec[] =>
  ofMachine(process)
    .filter(({ at }) => !isPrivateMount(at, places.folder))
    .flatMap((mount) => resolveMount(mount, resolve(places.folder, mount.at), process, places));

/** Mounts of a process of this machine that only it sees. */
export const resolvePrivateMounts = (process: FilledProcess, places: MountPlaces): readonly MountSpec[] =>
  ofMachine(process)
    .filter(({ at }) => isPrivateMount(at, places.folder))
    .flatMap((mount) => resolveMount(mount, resolve(mount.at), process, places));

/** Mounts of a container where its config says. */
export const resolveContainerMounts = (process: FilledProcess, places: MountPlaces): readonly MountSpec[] =>
  mountsOf(process).flatMap((mount) => resolveMount(mount, posix.resolve('/', mount.at), process, places));

const ofMachine = (process: FilledProcess): readonly DeclaredMount[] =>
  process.fields.image === undefined ? mountsOf(process) : [];

/** A name that means nothing is reported as a problem of its own. */
const resolveMount = (
  { name, subPath, readOnly }: DeclaredMount,
  path: string,
  process: FilledProcess,
  places: MountPlaces,
): readonly MountSpec[] => {
  const mounted = mountedAs(name, process);
  const source = mounted === null ? undefined : sourceOf(mounted, process, places);
  if (mounted === null || source === undefined) return [];
  const kind = mounted.kind === 'file' ? 'file' : 'folder';
  const shown = mounted.kind === 'file' ? mounted.file : mounted.volume;
  return [{ name: shown, kind, source, subPath: partOf(subPath), path, readOnly }];
};

const sourceOf = (mounted: Mounted, process: FilledProcess, places: MountPlaces): string | undefined =>
  mounted.kind === 'file' ? filePaths(process, places).get(mounted.file) : places.volumes.get(mounted.volume);

/** Without `./` and a slash at its end; `.` is all of the volume. */
const partOf = (subPath: string): string => relative('.', normalize(subPath));

/** Path outside, for a path as a process with these mounts sees it. Of nested mounts, the innermost one counts. */
export const behindMounts = (path: string, mounts: readonly MountSpec[]): string => {
  const over = mounts.filter((at) => isWithin(path, at.path));
  const mount = over.toSorted((one, other) => other.path.length - one.path.length)[0];
  return mount === undefined ? path : join(mount.source, mount.subPath, relative(mount.path, path));
};
