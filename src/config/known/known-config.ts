import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BUILD, PROGRAMS } from '../../build.ts';
import type { CertificatePlaces } from '../../model/certificate-places.ts';
import { deepEqual } from '../../model/deep-equal.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import { usersCertificates } from '../expand/users-certificates.ts';
import { fileVariables, findAllEnvFileProblems } from '../resolve/env-files.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import type { PodConfig } from '../types.ts';
import type { SetVariable, SourceText } from './config-reads.ts';

/**
 * A config that was right the last time, in a file of the user's own cache. It holds as long as nothing has changed that
 * it was made from: the texts of the config and of all that it imports, the surroundings of its ready-made sidecars, this
 * copy of sidecarctl, and Node. Texts are compared, never times.
 */
export interface KnownConfig {
  /** What read the config: see `currentReader`. */
  readonly reader: string;
  /** Absolute path of the config file, as it was named. */
  readonly file: string;
  /** Each path that was followed to a source, and what it leads to without symlinks. */
  readonly links: ReadonlyArray<readonly [path: string, real: string]>;
  readonly sources: readonly SourceText[];
  /** Paths to watch. */
  readonly files: readonly string[];
  readonly variables: readonly SetVariable[];
  readonly certificates: CertificatePlaces | null;
  /** Absolute paths of folders that processes run in. */
  readonly folders: readonly string[];
  /** True if the config names other files or variables, which may be missing now. */
  readonly namesOthers: boolean;
  /** What a config without problems has become, with its ready-made sidecars as processes. */
  readonly config: PodConfig;
  /** Regular expressions, which JSON has none of: `config` has null in their places. */
  readonly patterns: readonly KnownPattern[];
}

/** A known config that still holds. */
export interface RecalledConfig {
  readonly loaded: LoadedConfig;
  /** True if it holds only as long as what it names is there, which `dryRun` finds out. */
  readonly namesOthers: boolean;
  /** The first line of its file: the `KnownConfig`. */
  readonly text: string;
  /** The lines behind it, which are for whoever wrote them. */
  readonly lines: readonly string[];
}

export interface KnownPattern {
  readonly path: FieldPath;
  readonly source: string;
  readonly flags: string;
}

type Environment = Readonly<Record<string, string>>;

/** These run code before sidecarctl, which may change what a config is read as. */
const PRELOADS = /(?:^|\s)(?:-r|--(?:require|import|(?:experimental-)?loader))\b/;

/**
 * What reads a config now. A ready-made sidecar runs a program of this copy of sidecarctl with this Node. Null in a run of
 * the sources, which change without a new number, and where nobody knows what else is loaded.
 */
export const currentReader = (): string | null => {
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (BUILD === null || (options !== '' && PRELOADS.test(options))) return null;
  const { version, platform, arch, execPath } = process;
  return [BUILD, import.meta.dirname, PROGRAMS, version, platform, arch, execPath, options].join('\n');
};

/** Path of the file for a config; `cache` is the user's own folder. Two configs may get the same one. */
export const knownFileOf = (cache: string, file: string): string => {
  const [one, other] = [fnv1a(file, 0x811c9dc5), fnv1a(file, 0x01000193)];
  return join(cache, 'configs', `${hex(one)}${hex(other)}.json`);
};

/** FNV-1a, a hash of 32 bits: node:crypto would cost 6 ms of a start. */
const fnv1a = (text: string, basis: number): number => {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

const hex = (number: number): string => number.toString(16).padStart(8, '0');

/**
 * Returns the config if it is known and nothing has changed; null otherwise, and if anything is wrong now: whoever reads
 * it whole finds the words for that. `onFile` gets the paths to watch.
 */
export const recallConfig = (
  { cache, file, env }: Asked,
  onFile: (path: string) => void,
  reader = currentReader(),
): RecalledConfig | null => {
  try {
    const [text = '', ...lines] = readFileSync(knownFileOf(cache, file), 'utf8').split('\n');
    const known: KnownConfig = JSON.parse(text);
    if (reader === null || known.reader !== reader || known.file !== file || !isUnchanged(known)) return null;
    const loaded = loadedFrom(known, env);
    if (loaded === null) return null;
    for (const path of known.files) onFile(path);
    return { loaded, namesOthers: known.namesOthers, text, lines };
  } catch {
    // It is not known, a source has gone, or the file is broken.
    return null;
  }
};

interface Asked {
  readonly cache: string;
  /** Absolute path of the config file. */
  readonly file: string;
  /** Inherited environment. */
  readonly env: Environment;
}

const isUnchanged = ({ links, sources }: KnownConfig): boolean =>
  links.every(([path, real]) => realpathSync.native(path) === real) &&
  // Reading from a pipe takes what is in it from whoever reads next.
  sources.every(({ path, text }) => statSync(path).isFile() && readFileSync(path, 'utf8') === text);

const loadedFrom = (known: KnownConfig, env: Environment): LoadedConfig | null => {
  const { file, config, certificates } = known;
  const folder = dirname(file);
  for (const pattern of known.patterns) putPattern(config, pattern);
  if (certificates !== null && !deepEqual(usersCertificates(env), certificates)) return null;
  const files = fileVariables(config, folder, env);
  const loaded: LoadedConfig = {
    ...{ file, folder, name: config.name ?? basename(folder), config, ...files },
    ...{ leftOut: [], prefersTargets: false },
  };
  const isRight =
    known.variables.every((variable) => isSet(variable, loaded, env)) &&
    known.folders.every((path) => statSync(path).isDirectory()) &&
    findAllEnvFileProblems(config, folder, env).length === 0;
  return isRight ? loaded : null;
};

const isSet = (
  { app, name }: SetVariable,
  { fileEnv, appFileEnv }: LoadedConfig,
  env: Environment,
): boolean =>
  [env, fileEnv, app === null ? {} : (appFileEnv[app] ?? {})].some((all) => Object.hasOwn(all, name));

const putPattern = (config: PodConfig, { path, source, flags }: KnownPattern): void => {
  const above = path.slice(0, -1).reduce<object>((inner, key) => Reflect.get(inner, key), config);
  Reflect.set(above, path.at(-1) ?? '', new RegExp(source, flags));
};
