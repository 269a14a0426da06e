import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isWithin } from './watch-scope.ts';

/**
 * Where to watch from: for a root behind a link, the folder that holds the link, as only from there it is seen to lead
 * elsewhere (`ln -sfn`); and none that lies in another.
 *
 * @example watchedRoots(['/app/current/src', '/app/lib'], '/app') // ['/app'], where current is a link
 */
export const watchedRoots = (roots: readonly string[], folder: string): readonly string[] => {
  const seen = [...new Set(roots.map((root) => aboveLinks(root, folder)))];
  return seen.filter((root) => !seen.some((other) => other !== root && isWithin(root, other)));
};

/** Links above the config's folder are not the pod's. */
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
