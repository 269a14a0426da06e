import { resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import type { WatchSpec } from '../../core/pod-spec.ts';

/** What is ignored wherever it is, and what is only ignored unless it is asked for by name. */
export interface Ignored {
  /** Absolute folders: the pod's own, its volumes and mounts. */
  readonly always: readonly string[];
  /** Of an absolute path: what git leaves out. */
  readonly byDefault: (path: string, isFolder: boolean) => boolean;
}

/** Which files a process is watched for. Paths are absolute. */
export interface WatchScope {
  /** Where the files are, some of which may not be there yet. */
  readonly roots: readonly string[];
  concerns(path: string): boolean;
  /** Whether there may be a file in a folder that concerns. */
  reaches(folder: string): boolean;
}

const HIDDEN_FOLDERS = new Set(['.git', '.sidecarctl']);

/**
 * What the globs of a process come to. One that itself leads into what is ignored by default (`node_modules/mine`, a
 * build folder that git leaves out) means it: there the defaults do not hold.
 */
export const watchScope = (spec: WatchSpec, folder: string, ignored: Ignored): WatchScope => {
  const parts = spec.paths.map((pattern) => patternScope(pattern, folder, ignored));
  const excluded = spec.ignore.map((pattern) => matcherOf(pattern, folder).isMatch);
  const isOut = (path: string): boolean =>
    excluded.some((matches) => matches(path)) ||
    ignored.always.some((at) => isWithin(path, at)) ||
    path.split(sep).some((step) => HIDDEN_FOLDERS.has(step));
  return {
    roots: parts.map(({ root }) => root),
    concerns: (path) => !isOut(path) && parts.some((part) => part.concerns(path)),
    reaches: (at) => !isOut(at) && parts.some((part) => part.reaches(at)),
  };
};

const patternScope = (pattern: string, folder: string, { byDefault }: Ignored) => {
  const { root, isMatch } = matcherOf(pattern, folder);
  const isLeftOut = (path: string, isFolder: boolean): boolean =>
    path.split(sep).includes('node_modules') || byDefault(path, isFolder);
  // Asked anew each time, as an edited .gitignore may change it.
  const isMeant = (): boolean => isLeftOut(root, false) || isLeftOut(root, true);
  return {
    root,
    concerns: (path: string) => isMatch(path) && (!isLeftOut(path, false) || isMeant()),
    reaches: (at: string) =>
      isWithin(root, at) || (isWithin(at, root) && (!isLeftOut(at, true) || isMeant())),
  };
};

/** A folder stands for all that is in it; files whose names begin with a dot are files like others. */
const matcherOf = (pattern: string, folder: string) => {
  const { base, glob } = picomatch.scan(pattern);
  const root = resolve(folder, base);
  if (glob === '') return { root, isMatch: (path: string) => isWithin(path, root) };
  const matches = picomatch([glob, `${glob}/**`], { dot: true });
  const isMatch = (path: string): boolean =>
    isWithin(path, root) && matches(path.slice(root.length + 1).replaceAll(sep, '/'));
  return { root, isMatch };
};

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
