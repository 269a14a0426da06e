import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Program } from '../../model/failures/isolation-failure.ts';

/**
 * Absolute paths of the programs that create and enter namespaces. They belong to util-linux, the last ones to
 * coreutils.
 */
export type Programs = Readonly<Record<Program, string>>;

const PROGRAMS: readonly Program[] = [
  'unshare',
  'nsenter',
  'mount',
  'umount',
  'pivot_root',
  'setpriv',
  'setsid',
  'mkdir',
  'ln',
  'readlink',
  'env',
  'timeout',
  'sleep',
];

/** Usual folders of these programs, whatever PATH says. */
const USUAL = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Uses the supervisor's PATH: that of an isolated process may lead to its own programs only. */
export const findPrograms = ():
  | { readonly ok: true; readonly programs: Programs }
  | { readonly ok: false; readonly program: Program; readonly lookedIn: readonly string[] } => {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const folders = [...new Set([...onPath, ...USUAL])];
  const found = PROGRAMS.map((name) => [name, folders.map((folder) => join(folder, name)).find(isProgram)]);
  const missing = PROGRAMS.find((_, index) => found[index]?.[1] === undefined);
  if (missing !== undefined) return { ok: false, program: missing, lookedIn: folders };
  return { ok: true, programs: Object.fromEntries(found) as Programs };
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
