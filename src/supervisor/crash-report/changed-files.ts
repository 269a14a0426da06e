import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { GitIgnore } from '../../runtime/watch/git-ignore.ts';
import { now } from '../../time/timers.ts';

interface ChangedFile {
  /** Path relative to the folder, with slashes. */
  readonly path: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

interface FoundChanges {
  /** The 20 newest files, newest first. */
  readonly files: readonly ChangedFile[];
  readonly isWhole: boolean;
}

const MOST_SHOWN = 20;
/** Each takes about 10 µs if it is in the kernel's cache. */
const MOST_LOOKED_AT = 20_000;
const AT_MOST_MS = 500;
/** Linux stamps files with a clock that moves once a tick, of 10 ms at most. */
const CLOCK_LAG_MS = 20;
/** Folders that never hold a project's own code, whether git ignores them or not. */
const NEVER = ['.git', '.hg', '.svn', '.sidecarctl', 'node_modules'];

/**
 * Finds the files of a folder that have changed since a time and that git would not ignore; bounded in number and time.
 */
export const findChangedFiles = async (root: string, since: number): Promise<FoundChanges> => {
  const until = now() + AT_MOST_MS;
  const git = new GitIgnore(root);
  const found: ChangedFile[] = [];
  const folders = [root];
  let looked = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    looked += entries.length;
    if (looked > MOST_LOOKED_AT || now() > until) return { files: newest(found), isWhole: false };
    const at = folder;
    const kept = entries.filter((entry) => !NEVER.includes(entry.name) && !isIgnored(git, at, entry));
    folders.push(...kept.filter((entry) => entry.isDirectory()).map(({ name }) => join(at, name)));
    found.push(...(await changedAmong(kept, at, root, since)));
  }
  return { files: newest(found), isWhole: true };
};

const isIgnored = (git: GitIgnore, folder: string, entry: Dirent): boolean =>
  git.ignores(join(folder, entry.name), entry.isDirectory());

const changedAmong = async (
  entries: readonly Dirent[],
  folder: string,
  root: string,
  since: number,
): Promise<ChangedFile[]> => {
  const files = entries.filter((entry) => entry.isFile());
  const changed = await Promise.all(
    files.map(async ({ name }) => {
      const path = join(folder, name);
      const entry = await stat(path).catch(() => null);
      return entry === null || entry.mtimeMs < since - CLOCK_LAG_MS
        ? []
        : [{ path: slashed(relative(root, path)), at: Math.round(entry.mtimeMs) }];
    }),
  );
  return changed.flat();
};

const newest = (files: readonly ChangedFile[]): readonly ChangedFile[] =>
  files.toSorted((one, other) => other.at - one.at).slice(0, MOST_SHOWN);

const slashed = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));
