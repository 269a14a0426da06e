import { basename } from 'node:path';
import type { ConfigProblem, Result } from '../../model/failures/config-problem.ts';
import { expandConfig, type Surroundings } from '../expand/expand-config.ts';
import type { Presets } from '../expand/preset.ts';
import { findReadyMadeProblems } from '../expand/ready-made-problems.ts';
import type { ConfigReads } from '../known/config-reads.ts';
import { fileVariables, findAllEnvFileProblems } from '../resolve/env-files.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import { dryRun } from '../resolve/resolve-pod.ts';
import { findShapeProblems } from '../schema/schema-problems.ts';
import type { PodConfig } from '../types.ts';
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
  /** Notes what the config is made from. */
  readonly reads?: ConfigReads | undefined;
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
  const around = surroundingsOf(config, source);
  const expanded = presets.size === 0 ? { config, problems: [] } : expandConfig(config, presets, around);
  return expanded.config === null
    ? { ok: false, file: source.file, problems: expanded.problems }
    : checkRules(expanded.config, source, around);
};

interface Around extends Surroundings, Pick<LoadedConfig, 'fileEnv' | 'appFileEnv'> {}

const surroundingsOf = (config: PodConfig, { folder, env, reads }: ConfigSource): Around => {
  const { fileEnv, appFileEnv } = fileVariables(config, folder, env);
  return {
    ...{ pod: config.name ?? basename(folder), folder, env, fileEnv, appFileEnv, reads },
    envOf: (app) => ({ ...env, ...fileEnv, ...(app === null ? {} : appFileEnv[app]) }),
  };
};

const checkRules = (
  checked: PodConfig,
  { file, folder, env }: ConfigSource,
  { pod: name, fileEnv, appFileEnv }: Around,
): Result<LoadedConfig> => {
  const loaded: LoadedConfig = {
    ...{ file, folder, name, config: checked, fileEnv, appFileEnv },
    ...{ leftOut: [], prefersTargets: false },
  };
  const problems = distinct([
    ...findRuleProblems(checked, folder),
    ...findAllEnvFileProblems(checked, folder, env),
    ...dryRun(loaded, definedIn(env)),
  ]);
  return problems.length > 0 ? { ok: false, file, problems } : { ok: true, value: loaded };
};

const definedIn = (env: ConfigSource['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
