import { accessSync, constants, readlinkSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { ProgramObstacle, ScriptObstacle } from '../../model/failures/launch-failure.ts';
import { interpreterObstacle } from './script-interpreter.ts';

/** Folders searched without PATH, as the C library does. */
const DEFAULT_PATH = '/bin:/usr/bin';
/** Extensions that Windows adds to a name by default. */
const DEFAULT_EXTENSIONS = '.EXE;.CMD;.BAT';

interface Environment {
  readonly PATH?: string | undefined;
  readonly PATHEXT?: string | undefined;
}

/**
 * Finds the path of a program, or the reason why it would not start. It searches as execvp does: along PATH, unless the
 * name contains a slash; relative to `cwd`; skipping files that are not executable, which it reports only if nothing
 * else is found.
 *
 * @example
 * findProgram('node', '/srv/shop', { PATH: '/usr/local/bin:/usr/bin' }) // { path: '/usr/local/bin/node' }
 */
export const findProgram = (
  file: string,
  cwd: string,
  env: Environment = {},
): { readonly path: string } | { readonly obstacle: ProgramObstacle } => {
  let obstacle: ProgramObstacle = { kind: 'not-found' };
  const paths = candidates(file, cwd, env);
  for (const path of paths) {
    const found = findObstacle(path);
    if (found === null) return { path };
    if (found.kind !== 'not-found') obstacle = found;
  }
  return { obstacle: obstacle.kind === 'not-found' ? (findDangling(paths) ?? obstacle) : obstacle };
};

/** Returns the reason why a program or its interpreter would not start, or null. */
export const findProgramObstacle = (
  file: string,
  cwd: string,
  env: Environment = {},
): ProgramObstacle | null => {
  const found = findProgram(file, cwd, env);
  if ('obstacle' in found) return found.obstacle;
  const isCommand = (name: string): boolean => 'path' in findProgram(name, cwd, env);
  return interpreterObstacle(found.path, cwd, (path) => findObstacle(path) === null, isCommand);
};

/** Error code that execvp reports for it. */
export const errorCodeOf = ({ kind }: ProgramObstacle): 'ENOENT' | 'EACCES' =>
  kind === 'not-executable' || kind === 'folder' ? 'EACCES' : 'ENOENT';

const candidates = (file: string, cwd: string, { PATH, PATHEXT }: Environment): readonly string[] => {
  const isWindows = process.platform === 'win32';
  const isPath = file.includes('/') || (isWindows && file.includes('\\'));
  const folders = isPath ? [''] : (PATH ?? DEFAULT_PATH).split(delimiter).map((folder) => folder || '.');
  const endings = isWindows ? ['', ...(PATHEXT ?? DEFAULT_EXTENSIONS).split(';')] : [''];
  return folders.flatMap((folder) => endings.map((ending) => resolve(cwd, join(folder, `${file}${ending}`))));
};

const findObstacle = (path: string): Exclude<ProgramObstacle, ScriptObstacle> | null => {
  try {
    // Most folders on PATH do not have it: an exception for each would cost a launch half a millisecond.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { kind: 'not-found' };
    if (stat.isDirectory()) return { kind: 'folder', path };
    if (!stat.isFile()) return { kind: 'not-executable', path };
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
      ? { kind: 'not-executable', path }
      : { kind: 'not-found' };
  }
};

const findDangling = (paths: readonly string[]): ProgramObstacle | null => {
  for (const path of paths) {
    try {
      return { kind: 'dangling', path, target: readlinkSync(path) };
    } catch {
      // There is no symlink of that name.
    }
  }
  return null;
};
