import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { deepEqual } from '../../model/deep-equal.ts';
import { errorMessage } from '../../model/error-message.ts';
import type {
  ConfigFailure,
  ConfigProblem,
  LoadingProblem,
  Result,
} from '../../model/failures/config-problem.ts';
import { type ConfigSource, checkConfig } from '../check/check-config.ts';
import type { Presets } from '../expand/preset.ts';
import { usesReadyMade } from '../expand/ready-made-problems.ts';
import type { ConfigReads } from '../known/config-reads.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import type { ConfigContext } from '../types.ts';
import { evaluateBounded, evaluateFileBounded } from './bounded-evaluation.ts';
import { runConfigCode, runWithConfigCode } from './config-code.ts';
import type { ConfigModules } from './config-modules.ts';
import {
  codeExtensions,
  composeIn,
  dataExtensions,
  findConfig,
  nearlyConfig,
  searchedNames,
} from './find-config.ts';
import { holdOutput } from './held-output.ts';
import { moduleProblem, positionOf } from './module-problem.ts';
import { silenceModuleWarnings } from './node-warnings.ts';
import { plainConfig } from './plain-config.ts';
import { MOST_BYTES } from './read-bounded.ts';
import { type ReadConfig, readDataConfig } from './read-data-config.ts';
import { allowSelfImport } from './self-import.ts';

export type LoadPresets = () => Promise<Presets>;

export interface LoadOptions extends ConfigContext {
  /** Folder in which the search upwards begins, and which `file` is relative to. */
  readonly cwd: string;
  /** Path of the config file, instead of a search. */
  readonly file?: string;
  /** Address for `import 'sidecarctl'` where it is not installed. */
  readonly selfUrl: string;
  /** Collects the files of the config. */
  readonly modules: ConfigModules;
  /** Loads the ready-made sidecars, for a config that uses one. */
  readonly presets: LoadPresets;
  /** Called each time after code of the config has run, before anything else. */
  readonly afterCode?: (() => void) | undefined;
  /** Notes what the config is made from. */
  readonly reads?: ConfigReads | undefined;
}

/**
 * Finds, reads and checks the config. Problems are returned, all at once, and never thrown.
 *
 * @example
 * const loaded = await loadConfig({ cwd: process.cwd(), mode: 'dev', env, args: [], selfUrl, modules, presets });
 */
export const loadConfig = async (options: LoadOptions): Promise<Result<LoadedConfig>> => {
  const file =
    options.file === undefined ? findConfig(resolve(options.cwd)) : resolve(options.cwd, options.file);
  if (file === null)
    return failure(null, {
      kind: 'no-config',
      from: resolve(options.cwd),
      names: searchedNames,
      near: nearlyConfig(options.cwd),
      compose: composeIn(resolve(options.cwd)),
    });
  options.modules.add(file);
  const unreadable = fileProblem(file);
  if (unreadable !== null) return failure(file, unreadable);
  options.reads?.file(file);
  const config = await evaluateFileBounded(file, () => evaluateConfig(file, options));
  if (!config.ok) return failure(file, config.problem);
  const source = { file, folder: dirname(file), env: options.env, reads: options.reads };
  const checked = await checkSafely(config.value, source, options.presets, options.afterCode);
  const { respelled = [] } = config;
  if (respelled.length === 0) return checked;
  const isElsewhere = (problem: ConfigProblem): boolean =>
    !('path' in problem && respelled.some(({ path }) => deepEqual(path, problem.path)));
  return {
    ok: false,
    file,
    problems: [...respelled, ...(checked.ok ? [] : checked.problems.filter(isElsewhere))],
  };
};

/**
 * Checks a config that a program passes: an object or a function. `folder` takes the place of the file's folder, and is
 * the `file` of the result.
 *
 * @example
 * const loaded = await checkGivenConfig(config, { folder: process.cwd(), mode: 'library', env: process.env, args: [], presets });
 */
export const checkGivenConfig = async (
  given: unknown,
  { folder, presets, ...context }: ConfigContext & Pick<LoadOptions, 'presets'> & { readonly folder: string },
): Promise<Result<LoadedConfig>> => {
  const config = await evaluateBounded(() => callConfig(given, folder, context));
  if (!config.ok) return failure(folder, config.problem);
  return checkSafely(config.value, { file: folder, folder, env: context.env }, presets);
};

/** A config's own code may run, and throw, whenever one of its values is read. */
const checkSafely = async (
  config: unknown,
  source: ConfigSource,
  presets: LoadPresets,
  afterCode?: () => void,
): Promise<Result<LoadedConfig>> => {
  try {
    const plain = runWithConfigCode(() => plainConfig(config, afterCode));
    if (!plain.ok) return failure(source.file, plain.problem);
    return usesReadyMade(plain.value)
      ? checkConfig(plain.value, source, await presets())
      : checkConfig(plain.value, source);
  } catch (error) {
    const at = positionOf(error, source.file);
    return failure(source.file, { kind: 'evaluation', message: errorMessage(error), at });
  }
};

const evaluateConfig = async (file: string, options: LoadOptions): Promise<ReadConfig> => {
  const { modules, selfUrl, reads } = options;
  const hooks = [modules.follow(reads), allowSelfImport(selfUrl, () => reads?.incomparable())];
  const speakAgain = silenceModuleWarnings();
  const printAgain = holdOutput();
  try {
    const exported = await readConfig(file, options);
    // A config function may import more while it runs.
    const isFunction = exported.ok && typeof exported.value === 'function';
    if (!isFunction) return exported;
    // It gets the environment, and nobody knows what it reads of that.
    reads?.incomparable();
    return await callConfig(exported.value, file, options);
  } finally {
    speakAgain();
    printAgain();
    for (const hook of hooks) hook.deregister();
  }
};

const failure = (file: string | null, problem: LoadingProblem): ConfigFailure => ({
  ok: false,
  file,
  problems: [problem],
});

const fileProblem = (file: string): LoadingProblem | null => {
  if (!existsSync(file)) return { kind: 'no-such-file' };
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).size > MOST_BYTES ? { kind: 'too-large', what: 'bytes', limit: MOST_BYTES } : null;
  } catch (error) {
    return { kind: 'unreadable', message: errorMessage(error) };
  }
};

const readConfig = async (file: string, options: LoadOptions): Promise<ReadConfig> => {
  const extension = extname(file);
  if (codeExtensions.includes(extension)) {
    const isRefused = process.platform !== 'win32' && file.includes('\\');
    if (isRefused) return { ok: false, problem: { kind: 'backslash-in-path' } };
    return importConfig(file, options);
  }
  const isData = extension === '' || dataExtensions.includes(extension) || basename(file) === '.sidecarsrc';
  if (isData) return readDataConfig(file);
  const known = [...codeExtensions, ...dataExtensions];
  return { ok: false, problem: { kind: 'unknown-file-type', extension, known } };
};

const importConfig = async (file: string, { modules, afterCode }: LoadOptions): Promise<ReadConfig> => {
  try {
    const module: { readonly default?: unknown } = await runConfigCode(() => modules.load(file));
    afterCode?.();
    if (module.default === undefined) return { ok: false, problem: { kind: 'no-default-export' } };
    return { ok: true, value: await module.default };
  } catch (error) {
    afterCode?.();
    return { ok: false, problem: await moduleProblem(error, file) };
  }
};

/** Calls a config that is a function of its context. */
const callConfig = async (
  exported: unknown,
  file: string,
  { afterCode, ...context }: ConfigContext & Pick<LoadOptions, 'afterCode'>,
): Promise<ReadConfig> => {
  if (typeof exported !== 'function') return { ok: true, value: exported };
  const { mode, env, args } = context;
  try {
    const value: unknown = await runConfigCode(() => exported({ mode, env, args }));
    afterCode?.();
    return { ok: true, value };
  } catch (error) {
    afterCode?.();
    return {
      ok: false,
      problem: { kind: 'config-function', message: errorMessage(error), at: positionOf(error, file) },
    };
  }
};
