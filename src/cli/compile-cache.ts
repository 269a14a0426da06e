// Imports nothing: it is part of the entry, which every Node from 14 on must be able to load.
import type { Stats } from 'node:fs';

/**
 * Lets Node keep what it compiles in a folder of this user's own. Node runs what it finds there as it stands, so a
 * folder that anybody else could have made or filled is not used: then there is no cache, and a start takes longer.
 * Where NODE_COMPILE_CACHE names a folder, that is the user's choice, and Node has taken it already.
 */
export const enableOwnCompileCache = (): void => {
  const folder = process.env['NODE_COMPILE_CACHE'] ? null : ownCacheFolder(process.env);
  if (folder !== null) process.getBuiltinModule('node:module').enableCompileCache(folder);
};

/** `$XDG_CACHE_HOME/sidecarctl`, else `~/.cache/sidecarctl`, made where it is missing; null where it is not safe. */
export const ownCacheFolder = ({ XDG_CACHE_HOME }: NodeJS.ProcessEnv): string | null => {
  const { join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
  try {
    const isNamed = XDG_CACHE_HOME?.startsWith('/') === true;
    const base = isNamed ? XDG_CACHE_HOME : join(homedir(), '.cache');
    return makeOwn(base);
  } catch {
    // No home, a user nobody knows, or nothing can be written there.
    return null;
  }
};

const makeOwn = (base: string): string | null => {
  const { lstatSync, realpathSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const user = process.geteuid?.();
  makeFolder(base);
  // By the system: Node's own looks at each level from JavaScript.
  const real = realpathSync.native(base);
  const folder = join(real, 'sidecarctl');
  // Windows keeps others out of a user's folders by other means.
  const isFirm = user === undefined || waysTo(real).every((path) => isFirmFor(user, lstatSync(path)));
  if (!isFirm) return null;
  makeFolder(folder);
  return user === undefined || isClosed(lstatSync(folder), user) ? folder : null;
};

/** The last level alone: a home that is not there is not made. */
const makeFolder = (path: string): void => {
  const { existsSync, mkdirSync } = process.getBuiltinModule('node:fs');
  if (existsSync(path)) return;
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

const isClosed = (folder: Stats, user: number): boolean =>
  folder.isDirectory() && folder.uid === user && (folder.mode & 0o077) === 0;

/** The path itself and all folders above it. */
const waysTo = (path: string): readonly string[] => {
  const { dirname } = process.getBuiltinModule('node:path');
  const above = dirname(path);
  return above === path ? [path] : [path, ...waysTo(above)];
};

const STICKY = 0o1000;

/** Whether nobody but this user and root can put another folder in the place of one in it. */
const isFirmFor = (user: number, { uid, gid, mode }: Stats): boolean => {
  if (uid !== user && uid !== 0) return false;
  if ((mode & STICKY) !== 0) return true;
  // A group of one's own has the number of its user.
  const isOwnGroup = gid === user && gid === process.getgid?.();
  return (mode & 0o002) === 0 && ((mode & 0o020) === 0 || isOwnGroup);
};
