import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { ConfigProblem, FieldPath } from '../core/config-problem.ts';
import type { EnvFileSpec } from '../core/pod-spec.ts';
import type { EnvFile } from './types.ts';

/** One file or several, as the list they stand for. */
export const envFilesOf = (
  declared: EnvFile | readonly EnvFile[] | undefined,
  folder: string,
): readonly EnvFileSpec[] =>
  listOf(declared).map((file) => {
    const { path, required = true } = typeof file === 'string' ? { path: file } : file;
    return { path: resolve(folder, path), required };
  });

/** Required files that are not there. */
export const findMissingEnvFiles = (
  files: readonly EnvFileSpec[],
  path: FieldPath,
): readonly ConfigProblem[] =>
  files
    .filter((file) => file.required && statSync(file.path, { throwIfNoEntry: false })?.isFile() !== true)
    .map((file) => ({ kind: 'no-such-path', path, at: file.path, wanted: 'file' }));

/** The variables of all files, a later one wins. A file that cannot be read has none: that is reported elsewhere. */
export const readEnvFiles = (files: readonly EnvFileSpec[]): Readonly<Record<string, string>> =>
  Object.assign({}, ...files.map(readEnvFile));

const readEnvFile = ({ path }: EnvFileSpec): NodeJS.Dict<string> => {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    return {};
  }
};

const listOf = (declared: EnvFile | readonly EnvFile[] | undefined): readonly EnvFile[] => {
  if (declared === undefined) return [];
  return Array.isArray(declared) ? declared : [declared as EnvFile];
};
