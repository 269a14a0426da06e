import { basename, dirname, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import type { WatchSpec } from '../../model/pod-spec.ts';

/** Folders that are always ignored, and files that are ignored unless a glob names them. */
export interface Ignored {
  /** Absolute folders: the pod's own, its volumes and mounts. */
  readonly always: readonly string[];
  /** Returns true for an absolute path that git ignores. */
  readonly byDefault: (path: string, isFolder: boolean) => boolean;
}

/** The files that a process is watched for. Paths are absolute. */
export interface WatchScope {
  /** Folders with the files; some may not exist yet. */
  readonly roots: readonly string[];
  concerns(path: string): boolean;
  /** True if a folder may contain a matching file. */
  reaches(folder: string): boolean;
}

const HIDDEN_FOLDERS = new Set(['.git', '.sidecarctl']);

/**
 * Combines the globs of a process. A glob that itself names an ignored path (`node_modules/mine`, a build folder that
 * git ignores) includes it.
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
  const { root, glob, isMatch, mayLead } = matcherOf(pattern, folder);
  const isLeftOut = (path: string, isFolder: boolean): boolean =>
    path.split(sep).includes('node_modules') || byDefault(path, isFolder);
  const named = new Set(glob.split('/').filter((step) => step !== '' && !picomatch.scan(step).isGlob));
  // Checked each time, because an edited .gitignore may change it.
  const isMeant = (path: string): boolean =>
    isLeftOut(root, false) || isLeftOut(root, true) || foldersBelow(root, path).some(isNamed);
  const isNamed = (path: string): boolean => named.has(basename(path)) && isLeftOut(path, true);
  const isIn = (path: string, isFolder: boolean): boolean => !isLeftOut(path, isFolder) || isMeant(path);
  return {
    root,
    concerns: (path: string) => isMatch(path) && isIn(path, false),
    reaches: (at: string) => isWithin(root, at) || (isWithin(at, root) && mayLead(at) && isIn(at, true)),
  };
};

/** The path itself and the folders on the way to it, without the root. */
const foldersBelow = (root: string, path: string): readonly string[] =>
  path === root || path.length <= root.length ? [] : [...foldersBelow(root, dirname(path)), path];

/** A folder stands for all files in it; names that begin with a dot are not special. */
const matcherOf = (pattern: string, folder: string) => {
  const { base, glob } = picomatch.scan(pattern);
  const root = resolve(folder, base);
  if (glob === '')
    return { root, glob, isMatch: (path: string) => isWithin(path, root), mayLead: () => true };
  const below = (path: string): string => path.slice(root.length + 1).replaceAll(sep, '/');
  const matches = picomatch([glob, `${glob}/**`], { dot: true });
  const isMatch = (path: string): boolean => isWithin(path, root) && matches(below(path));
  const steps = glob.split('/');
  // A group that contains a slash cannot be followed step by step.
  const isPlain = steps.every((step) => isBalanced(step));
  const mayLead = (at: string): boolean =>
    !isPlain || leadsOn(steps, at === root ? [] : below(at).split('/'));
  return { root, glob, isMatch, mayLead };
};

/** True if paths that match the globs, step by step, may be in or below a folder. */
const leadsOn = ([glob, ...globs]: readonly string[], [step, ...steps]: readonly string[]): boolean => {
  if (glob === undefined || step === undefined || glob.includes('**')) return true;
  return picomatch.isMatch(step, glob, { dot: true }) && leadsOn(globs, steps);
};

const isBalanced = (step: string): boolean =>
  (step.match(/[{(]/g)?.length ?? 0) === (step.match(/[})]/g)?.length ?? 0);

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
