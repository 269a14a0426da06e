import { resolve } from 'node:path';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { isPrivateMount, isWithin } from '../resolve/declared.ts';
import { type DeclaredMount, mountedAs, mountsOf } from '../resolve/declared-mounts.ts';

interface PrivateMount extends Pick<DeclaredMount, 'name' | 'at' | 'path'> {
  readonly what: 'volume' | 'file';
}

/** Finds problems of the isolation of one process. */
export const findIsolationProblems = (
  process: DeclaredProcess,
  folder: string,
  platform: NodeJS.Platform,
): readonly ConfigProblem[] => {
  const { fields, path } = process;
  if (fields.image !== undefined) return [];
  const mounts = mountsOf(process)
    .filter(({ at }) => isPrivateMount(at, folder))
    .map((mount) => ({
      ...mount,
      at: resolve(mount.at),
      what: mountedAs(mount.name, process)?.kind ?? 'volume',
    }));
  if (platform !== 'linux') {
    const pids = fields.isolate === undefined ? [] : [needsLinux([...path, 'isolate'], 'pid-namespace')];
    return [...pids, ...mounts.map((mount) => needsLinux(mount.path, 'mount-namespace'))];
  }
  return mounts.flatMap((mount) => mountProblems(mount, mounts, folder));
};

const needsLinux = (path: FieldPath, what: 'pid-namespace' | 'mount-namespace'): ConfigProblem => ({
  kind: 'needs-linux',
  path,
  what,
});

const mountProblems = (
  { name, at, path }: PrivateMount,
  mounts: readonly PrivateMount[],
  folder: string,
): readonly ConfigProblem[] => {
  const hidden = [folder, '/proc', '/dev'].find((needed) => isWithin(needed, at));
  if (hidden !== undefined) return [{ kind: 'mount-hides', path, at, hidden }];
  const index = mounts.findIndex((mount) => mount.path === path);
  // The first of two mounts at the same path is valid.
  const over = mounts.slice(0, index).find((other) => other.at === at);
  if (over === undefined) return [];
  return [{ kind: 'mount-taken', path, at, by: over.path, what: over.name === name ? 'it' : over.what }];
};
