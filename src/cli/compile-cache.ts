// This file imports nothing: it is part of the entry, which every Node from 14 on must be able to load.
import type { Stats } from 'node:fs';

/**
 * Makes Node cache compiled code in a folder of this user. Node runs cached code as it is, so a folder that somebody
 * else could have created or filled is not used: then there is no cache, and a start takes longer. A folder in
 * NODE_COMPILE_CACHE is the user's choice, and Node uses it already. Returns this user's folder, or null.
 */
export const enableOwnCompileCache = (): string | null => {
  const folder = ownCacheFolder(process.env);
  const isUsers = Boolean(process.env['NODE_COMPILE_CACHE']);
  if (folder !== null && !isUsers) process.getBuiltinModule('node:module').enableCompileCache(folder);
  return folder;
};

/**
 * Returns `$XDG_CACHE_HOME/sidecarctl`, or `~/.cache/sidecarctl`, creating it if it is missing; null if it is not safe.
 */
export const ownCacheFolder = ({ XDG_CACHE_HOME }: NodeJS.ProcessEnv): string | null => {
  const { join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
  try {
    const isNamed = XDG_CACHE_HOME?.startsWith('/') === true;
    const base = isNamed ? XDG_CACHE_HOME : join(homedir(), '.cache');
    return makeOwn(base);
  } catch {
    // There is no home, the user is unknown, or nothing can be written there.
    return null;
  }
};

const makeOwn = (base: string): string | null => {
  const { lstatSync, realpathSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const user = process.geteuid?.();
  makeFolder(base);
  // The native call is faster: Node's own looks at each level from JavaScript.
  const real = realpathSync.native(base);
  const folder = join(real, 'sidecarctl');
  // Windows keeps others out of a user's folders by other means.
  const isFirm = user === undefined || waysTo(real).every((path) => isFirmFor(user, lstatSync(path)));
  if (!isFirm) return null;
  makeFolder(folder);
  return user === undefined || isClosed(lstatSync(folder), user) ? folder : null;
};

/** Creates the last level only: a missing home is not created. */
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

/** Returns the path itself and all folders above it. */
const waysTo = (path: string): readonly string[] => {
  const { dirname } = process.getBuiltinModule('node:path');
  const above = dirname(path);
  return above === path ? [path] : [path, ...waysTo(above)];
};

const STICKY = 0o1000;

/** True if only this user and root can replace an entry of the folder. */
const isFirmFor = (user: number, { uid, gid, mode }: Stats): boolean => {
  if (uid !== user && uid !== 0) return false;
  if ((mode & STICKY) !== 0) return true;
  // A user's private group has the number of the user.
  const isOwnGroup = gid === user && gid === process.getgid?.();
  return (mode & 0o002) === 0 && ((mode & 0o020) === 0 || isOwnGroup);
};
