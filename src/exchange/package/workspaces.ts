import { join, posix } from 'node:path';
import type { Source } from '../format.ts';
import type { Machine } from '../reading/machine.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** A package of a workspace. */
export interface Package {
  readonly name: string;
  /** Folder as seen from the workspace's root. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Source of its own package.json. */
  readonly source: Source;
}

/** Finds the packages of a workspace of npm, yarn, bun, pnpm or lerna; none for a package that is no workspace. */
export const findPackages = (root: Source, { data, runner }: Manifest): readonly Package[] => {
  const patterns = patternsOf(root, data);
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const unwanted = new Set(
    patterns
      .filter((pattern) => pattern.startsWith('!'))
      .flatMap((pattern) => foldersFor(pattern.slice(1), root.folder, root.machine)),
  );
  const folders = wanted.flatMap((pattern) => foldersFor(pattern, root.folder, root.machine));
  return [...new Set(folders)]
    .filter((folder) => !unwanted.has(folder) && folder !== '.')
    .flatMap((folder) => readPackageIn(root, folder, runner));
};

const patternsOf = ({ folder, machine }: Source, data: Data): readonly string[] => {
  const { workspaces } = data;
  const own = list(Array.isArray(workspaces) ? workspaces : record(workspaces)['packages']);
  const pnpm = list(record(readYaml(machine.read(join(folder, 'pnpm-workspace.yaml')) ?? ''))['packages']);
  const lerna = list(record(readYaml(machine.read(join(folder, 'lerna.json')) ?? ''))['packages']);
  return [...own, ...pnpm, ...lerna].map((pattern) =>
    String(pattern)
      .replace(/^(!?)\.\//, '$1')
      .replace(/\/+$/, ''),
  );
};

/** Folders that a pattern with `*` and `**` stands for. */
const foldersFor = (pattern: string, root: string, machine: Machine): readonly string[] => {
  const below = (folder: string): readonly string[] =>
    machine
      .names(join(root, folder))
      .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
      .map((name) => posix.join(folder, name))
      .filter((path) => machine.isFolder(join(root, path)));
  const deep = (folder: string): readonly string[] => [folder, ...below(folder).flatMap(deep)];
  return pattern.split('/').reduce<readonly string[]>(
    (folders, segment) => {
      if (segment === '**') return folders.flatMap(deep);
      if (!segment.includes('*')) return folders.map((folder) => posix.join(folder, segment));
      const matches = new RegExp(`^${segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
      return folders.flatMap(below).filter((path) => matches.test(posix.basename(path)));
    },
    ['.'],
  );
};

/** Scripts of a package are run by the manager of its workspace. */
const readPackageIn = (root: Source, folder: string, runner: string): readonly Package[] => {
  const file = join(root.folder, folder, 'package.json');
  const content = root.machine.read(file);
  if (content === null) return [];
  const source = { ...root, file, folder: join(root.folder, folder), text: content };
  const manifest = { ...readManifest(source), runner };
  return [{ name: text(manifest.data['name']) ?? posix.basename(folder), folder, manifest, source }];
};

/** Names of packages without their scope, which often is that of the whole workspace. */
export const shortName = (name: string): string => name.replace(/^@[^/]+\//, '');

/** Packages of the workspace that a package needs, the nearest first. */
export const neededBy = (one: Package, packages: readonly Package[]): readonly Package[] => {
  const names = ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((field) =>
    Object.keys(record(one.manifest.data[field])),
  );
  return packages.filter(({ name }) => names.includes(name));
};

/**
 * Chooses packages by filters of npm, pnpm, yarn, bun, turbo and lerna: names, globs, folders, and `!` to leave out.
 * Without a filter, all are chosen.
 */
export const selectPackages = (
  packages: readonly Package[],
  filters: readonly string[],
): readonly Package[] => {
  const wanted = filters.filter((filter) => !filter.startsWith('!'));
  const unwanted = filters.filter((filter) => filter.startsWith('!')).map((filter) => filter.slice(1));
  return packages.filter(
    (one) =>
      (wanted.length === 0 || wanted.some((filter) => isMeant(one, filter))) &&
      !unwanted.some((filter) => isMeant(one, filter)),
  );
};

const isMeant = ({ name, folder }: Package, filter: string): boolean => {
  const pattern = filter.replace(/^\.\.\.|\.\.\.$/g, '').replace(/^\{(.*)\}$/, '$1');
  const matches = (text: string, glob: string): boolean =>
    new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`).test(text);
  const path = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  return matches(name, pattern) || matches(shortName(name), pattern) || matches(folder, path);
};
