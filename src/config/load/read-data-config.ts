import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname } from 'node:path';
import type { FieldProblem, LoadingProblem, Position } from '../../model/failures/config-problem.ts';
import { packageKey } from './find-config.ts';
import { withIndentedFlows } from './indented-flows.ts';
import { jsonErrorPosition } from './json-error-position.ts';
import { plainConfig } from './plain-config.ts';
import { readBounded } from './read-bounded.ts';

export type ReadConfig =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Not set for a config in code, whose numbers are its own. */
      readonly respelled?: readonly FieldProblem[];
    }
  | { readonly ok: false; readonly problem: LoadingProblem };

const BLANK = /^\s*$/;
const BLANK_OR_COMMENT = /^\s*(?:#.*)?$/;

/** Reads a config that is JSON or YAML, or the key of a `package.json`. */
export const readDataConfig = async (file: string): Promise<ReadConfig> => {
  // Imported here, because configs in code, the usual ones, do not need it: it costs 7 ms. Only its loaders are used:
  // its explorer would first search the working directory for settings of its own, and fail on what it finds there.
  const [{ defaultLoaders }, { findDuplicateKey, findRespelled, sidecarsOf }] = await withHome(() =>
    Promise.all([import('cosmiconfig'), import('./data-spelling.ts')]),
  );
  try {
    const text = readBounded(file).replace(/^\uFEFF/, '');
    const isJson = extname(file) === '.json';
    if (text.split('\n').every((line) => (isJson ? BLANK : BLANK_OR_COMMENT).test(line)))
      return { ok: true, value: undefined };
    const parsed = plainConfig(
      isJson
        ? defaultLoaders['.json'](file, text)
        : withIndentedFlows(text, (indented) => defaultLoaders['.yaml'](file, indented)),
    );
    if (!parsed.ok) return parsed;
    const whole = parsed.value;
    const isManifest = basename(file) === 'package.json';
    const own = isManifest ? sidecarsOf(text) : text;
    const duplicate = isJson ? findDuplicateKey(own) : null;
    if (duplicate !== null) return { ok: false, problem: { kind: 'duplicate-key', at: duplicate } };
    const value: unknown = isManifest ? Object(whole)[packageKey] : whole;
    return { ok: true, value, respelled: findRespelled(value, own) };
  } catch (error) {
    return { ok: false, problem: dataProblem(error, file) };
  }
};

/**
 * cosmiconfig looks up the home directory as soon as it is loaded, which fails for a user without an entry in the user
 * database when HOME is not set. The home directory is not used.
 */
const withHome = async <T>(action: () => Promise<T>): Promise<T> => {
  if (process.env['HOME'] !== undefined || process.platform === 'win32') return action();
  process.env['HOME'] = tmpdir();
  try {
    return await action();
  } finally {
    delete process.env['HOME'];
  }
};

interface ParseError extends NodeJS.ErrnoException {
  /** Message of js-yaml, without the place. */
  readonly reason?: string;
  /** Place from js-yaml; both numbers count from 0. */
  readonly mark?: { readonly line: number; readonly column: number };
}

const dataProblem = (error: unknown, file: string): LoadingProblem => {
  const syntax = yamlProblem(error);
  if (syntax !== null) return syntax;
  const { code, message, name, reason } = error as ParseError;
  if (name !== 'SyntaxError') return { kind: 'unreadable', message: code ?? reason ?? message };
  return {
    kind: 'syntax',
    message: jsonReason(message),
    at: jsonErrorPosition(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')),
  };
};

/** Returns null for an error that is not one of the YAML parser. */
export const yamlProblem = (error: unknown): LoadingProblem | null => {
  const { mark, message, reason } = error as ParseError;
  return mark === undefined ? null : { kind: 'syntax', message: reason ?? message, at: fromZero(mark) };
};

const fromZero = ({ line, column }: { readonly line: number; readonly column: number }): Position => ({
  line: line + 1,
  column: column + 1,
});

/** The first line is cosmiconfig's and names the file; the place and an excerpt follow the reason. */
const jsonReason = (message: string): string =>
  (message.split('\n')[1] ?? message).replace(/(?: in JSON at position|, (?:\.\.\.)?").*$/, '');
