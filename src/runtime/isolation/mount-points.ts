import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MountSpec } from '../../model/pod-spec.ts';
import { whatStandsAt } from '../state/what-stands-at.ts';
import { mountedPath } from '../volumes/mounted-path.ts';
import type { Programs } from './programs.ts';

/** Kind of what is mounted; null if it is not there yet, and may become a file or a folder. */
export const kindOf = (mount: MountSpec): MountSpec['kind'] | null => {
  if (mount.subPath === '') return mount.kind;
  const part = statSync(mountedPath(mount), { throwIfNoEntry: false });
  if (part === undefined) return null;
  return part.isDirectory() ? 'folder' : 'file';
};

/** The directory in which the first missing part of a path is to be made, without symlinks; null if none can be. */
export const directoryAbove = (path: string): string | null => {
  const above = standing(dirname(path));
  return isFolder(above) ? realpathSync(above) : null;
};

/** A path, or as much of it as is there. */
export const standing = (path: string): string =>
  path === '/' || whatStandsAt(path) !== 'nothing' ? path : standing(dirname(path));

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/**
 * Shell lines that make the points of mounts where nothing stands, for the process alone. A directory in which one is
 * missing gets a copy of its own in its place, which is made of mounts of all that the directory has; a new `/` becomes the
 * root. Empty if all points are there.
 */
export const mountPointLines = (mounts: readonly MountSpec[], programs: Programs): readonly string[] => {
  const missing = mounts
    .filter(({ path }) => !existsSync(path))
    .filter(({ path }) => !mounts.some((other) => path.startsWith(`${other.path}/`)));
  const places = [...new Set(missing.map(({ path }) => directoryAbove(path) ?? '/'))];
  const below = places.filter((place) => place !== '/');
  return [
    ...(places.length === 0 ? [] : [copyFunction(programs)]),
    ...below.map((place) => `sidecarctl_copy ${quoted(place)} ${quoted(place)}`),
    ...(places.includes('/') ? [newRoot(programs)] : []),
  ];
};

/** A shell line that makes the point of one mount if nothing stands there: also within what was mounted before. */
export const pointLine = (mount: MountSpec, { mkdir }: Programs): string => {
  const { path } = mount;
  const folder = kindOf(mount) === 'file' ? dirname(path) : path;
  const made = `${quoted(mkdir)} -p ${quoted(folder)}`;
  const all = kindOf(mount) === 'file' ? `{ ${made} && : >${quoted(path)}; }` : made;
  return `[ -e ${quoted(path)} ] || ${all}`;
};

/**
 * A directory is read through a descriptor, which still leads to it behind what is mounted over it. mount must take such a
 * path as it is: as a text it leads to what is mounted.
 */
const copyFunction = ({ mount, mkdir, ln, readlink }: Programs): string =>
  [
    'sidecarctl_copy() {',
    'exec 9<"$1" &&',
    `${quoted(mount)} -n -t tmpfs -o mode=755 tmpfs "$2" || return`,
    'for sidecarctl_entry in /proc/self/fd/9/* /proc/self/fd/9/.*; do',
    'sidecarctl_own="$2/${sidecarctl_entry##*/}"',
    `case $sidecarctl_entry in */.|*/..|*/'*'|*/'.*') continue;; esac`,
    `if [ -L "$sidecarctl_entry" ]; then ${quoted(ln)} -s -- "$(${quoted(readlink)} "$sidecarctl_entry")" "$sidecarctl_own"`,
    `elif [ -d "$sidecarctl_entry" ]; then ${quoted(mkdir)} "$sidecarctl_own" && ${quoted(mount)} -n -c --rbind "$sidecarctl_entry" "$sidecarctl_own"`,
    `elif [ -e "$sidecarctl_entry" ]; then : >"$sidecarctl_own" && ${quoted(mount)} -n -c --bind "$sidecarctl_entry" "$sidecarctl_own"`,
    'fi || return',
    'done',
    'unset sidecarctl_entry sidecarctl_own',
    'exec 9<&-',
    '}',
  ].join('\n');

/** The new root needs a place until it is the root. Its own copy of that place is free again before. */
const newRoot = ({ umount, pivot_root: pivotRoot }: Programs): string => {
  const place = PLACES.find(isFolder) ?? '/usr/bin';
  return [
    `sidecarctl_copy / ${place}`,
    `${quoted(umount)} -n -l ${join(place, relative('/', place))}`,
    `cd ${place} && ${quoted(pivotRoot)} . . && ${quoted(umount)} -n -l .`,
  ].join(' && ');
};

/** Directories that are not at the top. */
const PLACES = ['/dev/shm', '/var/tmp', '/var/lib', '/usr/share'] as const;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
