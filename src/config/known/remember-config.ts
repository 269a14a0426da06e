import {
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { deepEqual } from '../../model/deep-equal.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { codeExtensions } from '../load/find-config.ts';
import type { LoadedConfig } from '../resolve/loaded-config.ts';
import { readsAmbient } from './ambient.ts';
import {
  type KnownConfig,
  type KnownPattern,
  knownFileOf,
  makeKnownFolder,
  READER,
  type ReadVariable,
  type SourceText,
} from './known-config.ts';

/** Configs of this many folders are known; the ones that were not read for longest go. */
const MOST_CONFIGS = 200;
/** Characters. A larger config takes longer to be compared than a start may save. */
const LARGEST = 1_000_000;

/** What was read to load a config. */
export interface ConfigReads {
  /** Absolute paths of the config file and of all that it imports. */
  readonly files: readonly string[];
  /** When the reading began, in milliseconds since 1970: what was written since then may not be what was read. */
  readonly begunAt: number;
  /** Null: something was read that cannot be compared later. */
  readonly variables: readonly ReadVariable[] | null;
}

/**
 * Returns a config without problems as a line of text, for `recallConfig`. Null for a config whose value may be another one
 * next time, or that JSON cannot hold: one with functions, one that reads the clock or the environment. Throws if a file of it
 * has gone.
 */
export const knownTextOf = ({ file, config }: LoadedConfig, reads: ConfigReads): string | null => {
  const known = knownFrom(file, config, reads);
  return known === null ? null : JSON.stringify(known);
};

/** Writes the lines of a known config to the user's cache. */
export const writeKnown = (cache: string, file: string, lines: readonly string[]): void => {
  const folder = makeKnownFolder(cache);
  const path = knownFileOf(cache, file);
  const unfinished = join(folder, `${basename(path)}.${process.pid}`);
  writeFileSync(unfinished, lines.join('\n'), { mode: 0o600 });
  renameSync(unfinished, path);
  forgetOldest(folder);
};

const knownFrom = (
  file: string,
  loaded: LoadedConfig['config'],
  { files, begunAt, variables }: ConfigReads,
): KnownConfig | null => {
  if (READER === null || variables === null || files.some((path) => isNewerThan(begunAt, path))) return null;
  const sources = files.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const length = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (length > LARGEST || sources.some(isChangeable)) return null;
  const patterns: KnownPattern[] = [];
  const config = withoutPatterns(loaded, [], patterns) as KnownConfig['config'];
  if (!deepEqual(JSON.parse(JSON.stringify(config)), config)) return null;
  return { reader: READER, file, realFile: realpathSync.native(file), sources, variables, config, patterns };
};

/** The times of files are those of the kernel's last tick, which may be 10 ms ago. */
const TICK: Milliseconds = 100;

const isNewerThan = (time: number, path: string): boolean => statSync(path).ctimeMs > time - TICK;

const isChangeable = ({ path, text }: SourceText): boolean =>
  codeExtensions.includes(extname(path)) && readsAmbient(text);

const withoutPatterns = (value: unknown, path: FieldPath, patterns: KnownPattern[]): unknown => {
  if (value instanceof RegExp) {
    patterns.push({ path, source: value.source, flags: value.flags });
    return null;
  }
  if (Array.isArray(value)) return value.map((each, at) => withoutPatterns(each, [...path, at], patterns));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutPatterns(each, [...path, key], patterns)]),
  );
};

const forgetOldest = (folder: string): void => {
  const names = readdirSync(folder);
  if (names.length <= MOST_CONFIGS) return;
  const aged = names.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  aged.sort((one, other) => other.at - one.at);
  for (const { name } of aged.slice(MOST_CONFIGS)) rmSync(join(folder, name), { force: true });
};
