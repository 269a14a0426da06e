import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isWithin } from './watch-scope.ts';

/**
 * Folders to watch. A root behind a link is watched from the folder with the link, because only there a new target (`ln
 * -sfn`) is noticed. No folder is inside another.
 *
 * @example
 * watchedRoots(['/app/current/src', '/app/lib'], '/app') // ['/app'], if current is a link
 */
export const watchedRoots = (roots: readonly string[], folder: string): readonly string[] => {
  const seen = [...new Set(roots.map((root) => aboveLinks(root, folder)))];
  return seen.filter((root) => !seen.some((other) => other !== root && isWithin(root, other)));
};

/** Links above the config's folder do not belong to the pod. */
const aboveLinks = (root: string, folder: string): string => {
  if (root === folder || !isWithin(root, folder)) return root;
  let at = folder;
  for (const step of relative(folder, root).split(sep)) {
    const next = join(at, step);
    if (isLink(next)) return at;
    at = next;
  }
  return root;
};

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    // A file is in the place of a folder above it.
    return false;
  }
};
