import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { now } from '../../runtime/timers.ts';

export interface ChangedFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

export interface FoundChanges {
  /** Newest first, the newest 20. */
  readonly files: readonly ChangedFile[];
  readonly isWhole: boolean;
}

const MOST_SHOWN = 20;
/** Some 10 µs each where they are in the kernel's cache. */
const MOST_LOOKED_AT = 20_000;
const AT_MOST_MS = 500;
/** Linux stamps files with a clock that moves once a tick, of 10 ms at most. */
const CLOCK_LAG_MS = 20;
/** What no project keeps its own code in, whether git ignores it or not. */
const NEVER = ['.git', '.hg', '.svn', '.sidecarctl', 'node_modules'];

interface Level {
  readonly folder: string;
  /** The `.gitignore` files above and in it, each with the folder it is for. */
  readonly rules: ReadonlyArray<{ readonly folder: string; readonly rules: Ignore }>;
}

/** The files of a folder that have changed since then and that git would not ignore; bounded in number and time. */
export const findChangedFiles = async (root: string, since: number): Promise<FoundChanges> => {
  const until = now() + AT_MOST_MS;
  const found: ChangedFile[] = [];
  const levels: Level[] = [{ folder: root, rules: [] }];
  let looked = 0;
  for (let level = levels.shift(); level !== undefined; level = levels.shift()) {
    const { folder, entries, rules } = await open(level);
    looked += entries.length;
    if (looked > MOST_LOOKED_AT || now() > until) return { files: newest(found), isWhole: false };
    const kept = entries.filter((entry) => !isIgnored(join(folder, entry.name), entry.isDirectory(), rules));
    levels.push(
      ...kept
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({ folder: join(folder, name), rules })),
    );
    found.push(...(await changedAmong(kept, folder, root, since)));
  }
  return { files: newest(found), isWhole: true };
};

const open = async ({ folder, rules }: Level) => {
  const all = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const entries = all.filter(({ name }) => !NEVER.includes(name));
  if (!entries.some(({ name }) => name === '.gitignore')) return { folder, entries, rules };
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  return { folder, entries, rules: [...rules, { folder, rules: ignore().add(text) }] };
};

const isIgnored = (path: string, isFolder: boolean, rules: Level['rules']): boolean =>
  rules.some((each) => each.rules.ignores(`${slashed(relative(each.folder, path))}${isFolder ? '/' : ''}`));

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
