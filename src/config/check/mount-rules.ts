import { isAbsolute, posix, resolve } from 'node:path';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { isPrivateMount } from '../resolve/declared.ts';
import { type DeclaredMount, type Mounted, mountedAs, mountsOf } from '../resolve/declared-mounts.ts';
import { isSamePath } from './same-path.ts';

/** A mount, with what it shows. */
interface KnownMount extends DeclaredMount {
  readonly mounted: Mounted;
}

/** Finds mistakes in the mounts of all processes, except those that a mount namespace makes. */
export const findMountProblems = (
  processes: readonly DeclaredProcess[],
  folder: string,
): readonly ConfigProblem[] => {
  const links = new Links(folder);
  return processes.flatMap((process) => {
    const mounts = mountsOf(process).map((mount) => ({ ...mount, mounted: mountedAs(mount.name, process) }));
    const known = mounts.filter(isKnown);
    const isContained = process.fields.image !== undefined;
    return [
      ...mounts.filter(({ mounted }) => mounted === null).map((mount) => unknownName(mount, process)),
      ...known.flatMap((mount) => [
        ...subPathProblems(mount),
        ...(isContained ? [] : linkProblems(mount, process, links)),
        ...replacedProblems(mount, process, folder),
      ]),
      ...(isContained ? containerProblems(known) : []),
    ];
  });
};

const isKnown = (mount: DeclaredMount & { readonly mounted: Mounted | null }): mount is KnownMount =>
  mount.mounted !== null;

const unknownName = (
  { name, path }: DeclaredMount,
  { scope, fields: { files = {} } }: DeclaredProcess,
): ConfigProblem => {
  const own = Object.keys(files);
  const known = [...scope.volumes.keys(), ...own];
  const named = own.length === 0 ? 'volume' : 'volume-or-file';
  return { kind: 'unknown-name', named, path, found: name, nearest: nearest(name, known), known };
};

const subPathProblems = ({ subPath, mounted, path }: KnownMount): readonly ConfigProblem[] => {
  if (subPath === '') return [];
  const at = [...path, 'subPath'];
  if (mounted.kind === 'file') return [{ kind: 'sub-path-of-file', path: at }];
  const isOutside = isAbsolute(subPath) || posix.isAbsolute(subPath) || stepsOf(subPath).includes('..');
  return isOutside ? [{ kind: 'sub-path-outside', path: at, found: subPath }] : [];
};

/** On Windows, both slashes lead up. */
const stepsOf = (path: string): readonly string[] => path.split(/[/\\]/);

/** The kernel mounts a file itself, and not its name: what replaces the file is never seen there. */
const replacedProblems = (
  { at, mounted, path }: KnownMount,
  { fields }: DeclaredProcess,
  folder: string,
): readonly ConfigProblem[] => {
  const isLink = fields.image === undefined && !isPrivateMount(at, folder);
  if (isLink) return [];
  const file = mounted.kind === 'file' ? fields.files?.[mounted.file] : undefined;
  if (typeof file !== 'object' || !('from' in file) || (file.onChange ?? 'restart') === 'restart') return [];
  return [{ kind: 'mount-of-replaced-file', path, file: file.from }];
};

const containerProblems = (mounts: readonly KnownMount[]): readonly ConfigProblem[] =>
  mounts.flatMap((mount, index): readonly ConfigProblem[] => {
    const { at, path } = mount;
    if (!posix.isAbsolute(at)) return [{ kind: 'mount-not-absolute', path, at }];
    const place = placeInside(at);
    if (place === '/') return [{ kind: 'mount-hides', path, at, hidden: '/' }];
    const by = mounts.slice(0, index).find((other) => placeInside(other.at) === place);
    return by === undefined ? [] : [taken(mount, by)];
  });

const taken = ({ name, at, path }: KnownMount, by: KnownMount): ConfigProblem => {
  const what = by.name === name ? 'it' : by.mounted.kind;
  return { kind: 'mount-taken', path, at, by: by.path, what };
};

const placeInside = (at: string): string => posix.resolve('/', at);

const linkProblems = (
  mount: KnownMount,
  process: DeclaredProcess,
  links: Links,
): readonly ConfigProblem[] => {
  // A private mount is in nobody else's way.
  if (isPrivateMount(mount.at, links.folder)) return [];
  const { path, readOnly } = mount;
  return [
    ...(readOnly ? [{ kind: 'mount-not-read-only', path: [...path, 'readOnly'] } as const] : []),
    ...links.add(mount, targetOf(mount, process)),
  ];
};

/** Tells apart everything that a symlink can lead to. */
const targetOf = ({ mounted, subPath }: KnownMount, { name }: DeclaredProcess): string =>
  mounted.kind === 'file'
    ? `file ${name} ${mounted.file}`
    : `volume ${mounted.volume} ${posix.join('/', subPath, '/')}`;

/** The symlinks of a pod: one path shows one thing. Several processes may have the same thing there, as one symlink. */
class Links {
  readonly folder: string;
  readonly #known = new Map<string, { readonly target: string; readonly mount: KnownMount }>();

  constructor(folder: string) {
    this.folder = folder;
  }

  add(mount: KnownMount, target: string): readonly ConfigProblem[] {
    const { at, path, mounted } = mount;
    const absolute = resolve(this.folder, at);
    const other = this.#known.get(absolute);
    if (other === undefined) this.#known.set(absolute, { target, mount });
    if (other === undefined || other.target === target) return [];
    const by: FieldPath = other.mount.path;
    return [
      isSamePath(path, by)
        ? { kind: 'mount-of-instances', path, at, what: mounted.kind }
        : taken(mount, other.mount),
    ];
  }
}
