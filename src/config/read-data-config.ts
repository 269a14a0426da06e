import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { LoadingProblem, Position } from '../core/config-problem.ts';
import { packageKey } from './find-config.ts';
import { jsonErrorPosition } from './json-error-position.ts';

export type ReadConfig =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: LoadingProblem };

/** Reads a config that is JSON or YAML, or the key of a `package.json`. */
export const readDataConfig = async (file: string): Promise<ReadConfig> => {
  // Imported here because configs in code, the usual ones, do without: it costs 7 ms. Only its loaders are used: its
  // explorer would look for settings of its own in the working directory first, and trip over what it finds there.
  const { defaultLoaders } = await import('cosmiconfig');
  try {
    const text = readFileSync(file, 'utf8');
    const load = defaultLoaders[extname(file) === '.json' ? '.json' : '.yaml'];
    const value: unknown = text.trim() === '' ? undefined : load(file, text);
    return { ok: true, value: basename(file) === 'package.json' ? Object(value)[packageKey] : value };
  } catch (error) {
    return { ok: false, problem: dataProblem(error, file) };
  }
};

interface ParseError extends NodeJS.ErrnoException {
  /** js-yaml's, both counted from 0. */
  readonly mark?: { readonly line: number; readonly column: number };
}

const dataProblem = (error: unknown, file: string): LoadingProblem => {
  const { code, mark, message, name } = error as ParseError;
  if (mark !== undefined) return { kind: 'syntax', message: yamlReason(message), at: fromZero(mark) };
  if (name !== 'SyntaxError') return { kind: 'unreadable', message: code ?? message };
  return { kind: 'syntax', message: jsonReason(message), at: jsonErrorPosition(readFileSync(file, 'utf8')) };
};

const fromZero = ({ line, column }: { readonly line: number; readonly column: number }): Position => ({
  line: line + 1,
  column: column + 1,
});

// In both messages the first line is cosmiconfig's and names the file; the place and an excerpt follow the reason.

const yamlReason = (message: string): string =>
  (message.split('\n')[1] ?? message).replace(/ \(\d+:\d+\)$/, '');

const jsonReason = (message: string): string =>
  (message.split('\n')[1] ?? message).replace(/(?: in JSON at position|, (?:\.\.\.)?").*$/, '');
