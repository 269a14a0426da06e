import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ParsedEnvFile, parseEnvFile, type Variables } from '../../model/env-file.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { EnvFileSpec } from '../../model/pod-spec.ts';
import type { AppConfig, EnvFile, PodConfig } from '../types.ts';
import type { LoadedConfig } from './loaded-config.ts';

/** Variables of the env files of a pod and of its apps, as a loaded config has them. */
export const fileVariables = (
  config: PodConfig,
  folder: string,
  env: Variables,
): Pick<LoadedConfig, 'fileEnv' | 'appFileEnv'> => ({
  fileEnv: readEnvFiles(envFilesOf(config.envFile, folder), env),
  appFileEnv: Object.fromEntries(
    Object.entries<AppConfig>(config.apps ?? {}).map(([app, { envFile }]) => [
      app,
      readEnvFiles(envFilesOf(envFile, folder), env),
    ]),
  ),
});

/** Finds what is wrong with these files. */
export const findAllEnvFileProblems = (
  config: PodConfig,
  folder: string,
  env: Variables,
): readonly ConfigProblem[] => [
  ...findEnvFileProblems(envFilesOf(config.envFile, folder), ['envFile'], env),
  ...Object.entries<AppConfig>(config.apps ?? {}).flatMap(([app, { envFile }]) =>
    findEnvFileProblems(envFilesOf(envFile, folder), ['apps', app, 'envFile'], env),
  ),
];

/** Env files as a list. */
export const envFilesOf = (
  declared: EnvFile | readonly EnvFile[] | undefined,
  folder: string,
): readonly EnvFileSpec[] =>
  listOf(declared).map((file) => {
    const { path, required = true } = typeof file === 'string' ? { path: file } : file;
    return { path: resolve(folder, path), required };
  });

/** Finds required files that do not exist, and lines that keep a file from being read. */
export const findEnvFileProblems = (
  files: readonly EnvFileSpec[],
  path: FieldPath,
  env: Variables,
): readonly ConfigProblem[] => {
  let earlier: Variables = {};
  const problems = files.map((file): ConfigProblem | null => {
    if (statSync(file.path, { throwIfNoEntry: false })?.isFile() !== true) {
      return file.required ? { kind: 'no-such-path', path, at: file.path, expected: 'file' } : null;
    }
    const { values, error } = readEnvFile(file, env, earlier);
    earlier = { ...earlier, ...values };
    return error === null ? null : { kind: 'env-file-line', path, file: file.path, error };
  });
  return problems.filter((problem) => problem !== null);
};

/**
 * Reads the variables of all files; a later one wins. A file that cannot be read gives none, because that is reported
 * elsewhere. Values can refer to `env` and to the files themselves.
 */
export const readEnvFiles = (
  files: readonly EnvFileSpec[],
  env: Variables,
): Readonly<Record<string, string>> => {
  let read: Readonly<Record<string, string>> = {};
  for (const file of files) read = { ...read, ...readEnvFile(file, env, read).values };
  return read;
};

const readEnvFile = (
  { path }: EnvFileSpec,
  env: Variables,
  earlier: Variables = {},
): Pick<ParsedEnvFile, 'values' | 'error'> => {
  try {
    return parseEnvFile(readFileSync(path, 'utf8'), env, earlier);
  } catch {
    return { values: {}, error: null };
  }
};

const listOf = (declared: EnvFile | readonly EnvFile[] | undefined): readonly EnvFile[] => {
  if (declared === undefined) return [];
  return Array.isArray(declared) ? declared : [declared as EnvFile];
};
