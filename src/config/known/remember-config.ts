import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { deepEqual } from '../../model/deep-equal.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import { codeExtensions } from '../load/find-config.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import { readsAmbient } from './ambient.ts';
import type { ConfigReads, SourceText } from './config-reads.ts';
import { currentReader, type KnownConfig, type KnownPattern, knownFileOf } from './known-config.ts';

/** This many configs are known; the ones that were read whole longest ago go. */
const MOST_CONFIGS = 200;

/** Fields that name files that resolving a config looks up, and references to variables. */
const NAMES_OTHERS = /"(?:envFile|build)":|\$\{env\./;

/** How a config was read. */
export interface RememberedReading {
  readonly reads: ConfigReads;
  /** Absolute paths to watch. */
  readonly files: readonly string[];
}

/**
 * Returns a config without problems as a line of text, for `recallConfig`. Null for a config whose value may be another one
 * next time, or that JSON cannot hold: one with functions, one that reads the clock or the environment.
 */
export const knownTextOf = (
  loaded: LoadedConfig,
  reading: RememberedReading,
  reader = currentReader(),
): string | null => {
  const known = reader === null ? null : knownFrom(loaded, reading, reader);
  return known === null ? null : JSON.stringify(known);
};

/** Writes the lines of a known config to the user's cache. Throws if that is not possible. */
export const writeKnown = (cache: string, file: string, lines: readonly string[]): void => {
  const path = knownFileOf(cache, file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Nothing is written or deleted through a symlink.
  if (!lstatSync(dirname(path)).isDirectory()) throw new Error(`${dirname(path)} is not a folder`);
  writeAtOnce(path, lines.join('\n'));
  forgetOldest(dirname(path));
};

const knownFrom = (
  { file, config: loaded }: LoadedConfig,
  { reads, files }: RememberedReading,
  reader: string,
): KnownConfig | null => {
  const { sources, links, variables, certificates } = reads;
  if (sources === null || sources.length === 0 || !areFixed(sources, file)) return null;
  const patterns: KnownPattern[] = [];
  const config = withoutPatterns(loaded, [], patterns) as KnownConfig['config'];
  const text = JSON.stringify(config);
  if (!deepEqual(JSON.parse(text), config)) return null;
  const folders = foldersIn(config, dirname(file));
  const namesOthers = NAMES_OTHERS.test(text) || folders.some((path) => path.includes('${'));
  return {
    ...{ reader, file, links, sources, files, variables, certificates },
    ...{ folders: namesOthers ? [] : folders, namesOthers, config, patterns },
  };
};

/** True if the value of a config follows from the texts alone. The config file comes first. */
const areFixed = ([config, ...imports]: readonly SourceText[], file: string): boolean =>
  (!isCode(file) || isFixed(config)) && imports.every(isFixed);

const isFixed = (source: SourceText | undefined): boolean =>
  source !== undefined &&
  (isCode(source.path) ? !readsAmbient(source.text) : extname(source.path) === '.json');

/** Whatever is called `cwd` is taken for one: if it is none, the config is read each time. */
const foldersIn = (value: unknown, base: string): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, each]) =>
        key === 'cwd' && typeof each === 'string' ? [resolve(base, each)] : foldersIn(each, base),
      );

const isCode = (path: string): boolean => codeExtensions.includes(extname(path));

/** Anything else that is no data becomes undefined, which JSON has neither. */
const withoutPatterns = (value: unknown, path: FieldPath, patterns: KnownPattern[]): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const within = (each: unknown, key: string | number): unknown =>
    withoutPatterns(each, [...path, key], patterns);
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype:
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, within(each, key)]));
    case Array.prototype:
      return Array.from(value as readonly unknown[], within);
    case RegExp.prototype: {
      const { source, flags } = value as RegExp;
      patterns.push({ path, source, flags });
      return null;
    }
    default:
      return undefined;
  }
};

const writeAtOnce = (path: string, text: string): void => {
  const unfinished = `${path}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
};

const forgetOldest = (folder: string): void => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length <= MOST_CONFIGS) return;
  const aged = names.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  aged.sort((one, other) => other.at - one.at);
  for (const { name } of aged.slice(MOST_CONFIGS)) rmSync(join(folder, name), { force: true });
};
