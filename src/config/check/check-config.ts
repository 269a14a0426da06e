import { basename } from 'node:path';
import type { ConfigProblem, Result } from '../../model/failures/config-problem.ts';
import { expandConfig } from '../expand/expand-config.ts';
import type { Presets } from '../expand/preset.ts';
import { findReadyMadeProblems } from '../expand/ready-made-problems.ts';
import { envFilesOf, findEnvFileProblems, readEnvFiles } from '../resolve/env-files.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import { dryRun } from '../resolve/resolve-pod.ts';
import { findShapeProblems } from '../schema/schema-problems.ts';
import type { AppConfig, PodConfig } from '../types.ts';
import { distinct } from './distinct.ts';
import { findPrototypeNames } from './prototype-names.ts';
import { findRuleProblems } from './rules.ts';
import { independentOf, validSubset } from './valid-subset.ts';

/** The origin of a config. */
export interface ConfigSource {
  /** Name of the file in messages. */
  readonly file: string;
  /** Absolute path that its relative paths start from. */
  readonly folder: string;
  /** Inherited environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Finds all problems of a config that can be known before ports are assigned and functions are called. */
export const checkConfig = (
  config: unknown,
  source: ConfigSource,
  presets: Presets = NO_PRESETS,
): Result<LoadedConfig> => {
  // Reserved names would change what the other checks read.
  const reserved = findPrototypeNames(config);
  if (reserved.length > 0) return { ok: false, file: source.file, problems: reserved };
  const misshapen = findMisshapen(config, presets);
  if (misshapen.length === 0) return checkExpanded(config as PodConfig, source, presets);
  const problems = [...misshapen, ...problemsOfTheRest(config, misshapen, source, presets)];
  return { ok: false, file: source.file, problems };
};

const NO_PRESETS: Presets = new Map();

const findMisshapen = (config: unknown, presets: Presets): readonly ConfigProblem[] => [
  ...findShapeProblems(config),
  ...findReadyMadeProblems(config, presets),
];

const problemsOfTheRest = (
  config: unknown,
  misshapen: readonly ConfigProblem[],
  source: ConfigSource,
  presets: Presets,
): readonly ConfigProblem[] => {
  const sound = validSubset(config, misshapen, (rest) => findMisshapen(rest, presets));
  if (sound === null) return [];
  const checked = checkExpanded(sound as PodConfig, source, presets);
  return checked.ok ? [] : independentOf(misshapen, checked.problems);
};

const checkExpanded = (config: PodConfig, source: ConfigSource, presets: Presets): Result<LoadedConfig> => {
  const expanded = presets.size === 0 ? { config, problems: [] } : expandConfig(config, presets, source.env);
  return expanded.config === null
    ? { ok: false, file: source.file, problems: expanded.problems }
    : checkRules(expanded.config, source);
};

const checkRules = (checked: PodConfig, { file, folder, env }: ConfigSource): Result<LoadedConfig> => {
  const envFiles = envFilesOf(checked.envFile, folder);
  const name = checked.name ?? basename(folder);
  const apps = Object.entries<AppConfig>(checked.apps ?? {}).map(([app, { envFile }]) => ({
    app,
    files: envFilesOf(envFile, folder),
  }));
  const appFileEnv = Object.fromEntries(apps.map(({ app, files }) => [app, readEnvFiles(files, env)]));
  const fileEnv = readEnvFiles(envFiles, env);
  const loaded: LoadedConfig = { file, folder, name, config: checked, fileEnv, appFileEnv };
  const problems = distinct([
    ...findRuleProblems(checked, folder),
    ...findEnvFileProblems(envFiles, ['envFile'], env),
    ...apps.flatMap(({ app, files }) => findEnvFileProblems(files, ['apps', app, 'envFile'], env)),
    ...dryRun(loaded, definedIn(env)),
  ]);
  return problems.length > 0 ? { ok: false, file, problems } : { ok: true, value: loaded };
};

const definedIn = (env: ConfigSource['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
