import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BUILD } from '../../build.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import { fileVariables, findAllEnvFileProblems } from '../resolve/env-files.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import type { PodConfig } from '../types.ts';

/**
 * A config that was right the last time, in a file of the user's own cache. It holds as long as nothing has changed that
 * it was made from: the texts of the config and of all that it imports, the variables that its ready-made sidecars
 * read, and the version of sidecarctl and Node. Texts are compared, never times.
 */
export interface KnownConfig {
  /** What read the config: see `READER`. */
  readonly reader: string;
  /** Absolute path of the config file, as it was named. */
  readonly file: string;
  /** The same without symlinks: relative imports start there. */
  readonly realFile: string;
  readonly sources: readonly SourceText[];
  readonly variables: readonly ReadVariable[];
  /** What a config without problems has become, with its ready-made sidecars as processes. */
  readonly config: PodConfig;
  /** Regular expressions, which JSON has none of: `config` has null in their places. */
  readonly patterns: readonly KnownPattern[];
}

/** A known config that still holds. */
export interface RecalledConfig {
  readonly loaded: LoadedConfig;
  /** The first line of its file: the `KnownConfig`. */
  readonly text: string;
  /** The lines behind it, which are for whoever wrote them. */
  readonly lines: readonly string[];
}

export interface SourceText {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

/** A variable that was read for the processes of an app, or for those that all share; null: it was not set. */
export interface ReadVariable {
  readonly app: string | null;
  readonly name: string;
  readonly value: string | null;
}

export interface KnownPattern {
  readonly path: FieldPath;
  readonly source: string;
  readonly flags: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Null in a run of the sources: they change without a new number. */
export const READER =
  BUILD === null ? null : `${BUILD} ${process.version} ${process.platform} ${process.arch}`;

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
 * it whole finds the words for that. `onSource` gets the paths of its files.
 */
export const recallConfig = (
  cache: string,
  file: string,
  env: Environment,
  onSource: (path: string) => void,
): RecalledConfig | null => {
  const [text = '', ...lines] = linesOf(cache, file);
  const known = parsed(text);
  if (known === null || known.reader !== READER || !isUnchanged(known, file)) return null;
  const loaded = loadedFrom(known, env);
  if (loaded === null) return null;
  for (const { path } of known.sources) onSource(path);
  return { loaded, text, lines };
};

const linesOf = (cache: string, file: string): readonly string[] => {
  try {
    return readFileSync(knownFileOf(cache, file), 'utf8').split('\n');
  } catch {
    // It is not known.
    return [];
  }
};

/** Returns null for a broken file. */
const parsed = (text: string): KnownConfig | null => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const isUnchanged = ({ file, realFile, sources }: KnownConfig, asked: string): boolean => {
  try {
    return (
      file === asked &&
      realpathSync.native(file) === realFile &&
      sources.every(({ path, text }) => readFileSync(path, 'utf8') === text)
    );
  } catch {
    // A source has gone.
    return false;
  }
};

const loadedFrom = (
  { file, config, patterns, variables }: KnownConfig,
  env: Environment,
): LoadedConfig | null => {
  const folder = dirname(file);
  for (const pattern of patterns) putPattern(config, pattern);
  if (findAllEnvFileProblems(config, folder, env).length > 0) return null;
  const files = fileVariables(config, folder, env);
  const isAsRead = ({ app, name, value }: ReadVariable): boolean => {
    const read =
      (app === null ? undefined : files.appFileEnv[app]?.[name]) ?? files.fileEnv[name] ?? env[name];
    return (read ?? null) === value;
  };
  if (!variables.every(isAsRead)) return null;
  return {
    ...{ file, folder, name: config.name ?? basename(folder), config, ...files },
    ...{ leftOut: [], prefersTargets: false },
  };
};

const putPattern = (config: PodConfig, { path, source, flags }: KnownPattern): void => {
  const above = path.slice(0, -1).reduce<object>((inner, key) => Reflect.get(inner, key), config);
  Reflect.set(above, path.at(-1) ?? '', new RegExp(source, flags));
};

/** Creates the folder for such files. */
export const makeKnownFolder = (cache: string): string => {
  const folder = join(cache, 'configs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
};
