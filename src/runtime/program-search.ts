import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Where to look when there is no PATH: what the C library does. */
const DEFAULT_PATH = '/bin:/usr/bin';
/** Linux reads no more of a script's first line. */
const FIRST_LINE_BYTES = 256;

type Obstacle = 'ENOENT' | 'EACCES';

/**
 * The path of a program, or why it would not start. Looks for it as execvp does: along PATH, unless the name holds a
 * slash; relative to `cwd`; going on past what may not be executed, and saying so when there is nothing else.
 *
 * @example findProgram('node', '/srv/shop', '/usr/local/bin:/usr/bin') // { path: '/usr/local/bin/node' }
 */
export const findProgram = (
  file: string,
  cwd: string,
  path = DEFAULT_PATH,
): { readonly path: string } | { readonly obstacle: Obstacle } => {
  const folders = file.includes('/') ? [''] : path.split(delimiter);
  let obstacle: Obstacle = 'ENOENT';
  for (const folder of folders) {
    const at = resolve(cwd, file.includes('/') ? file : join(folder || '.', file));
    const found = findObstacle(at);
    if (found === null) return { path: at };
    if (found === 'EACCES') obstacle = found;
  }
  return { obstacle };
};

/** Why a program would not start; null when it would. A script whose interpreter is missing is not found. */
export const findProgramObstacle = (file: string, cwd: string, path?: string): Obstacle | null => {
  const found = findProgram(file, cwd, path);
  return 'obstacle' in found ? found.obstacle : interpreterObstacle(found.path, cwd);
};

const findObstacle = (path: string): Obstacle | null => {
  try {
    // Most folders on PATH do not have it: an exception for each would cost a launch half a millisecond.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'ENOENT';
    if (!stat.isFile()) return 'EACCES';
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'EACCES' : 'ENOENT';
  }
};

const interpreterObstacle = (script: string, cwd: string): Obstacle | null => {
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(firstBytes(script))?.[1];
  return interpreter === undefined ? null : findObstacle(resolve(cwd, interpreter));
};

/** Empty for what may be executed but not read. */
const firstBytes = (path: string): string => {
  const bytes = Buffer.alloc(FIRST_LINE_BYTES);
  try {
    const fd = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
};
