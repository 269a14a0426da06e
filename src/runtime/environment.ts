import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { EnvFileSpec, EnvSpec } from '../core/pod-spec.ts';

export interface EnvironmentFailure {
  readonly kind: 'env-file-missing' | 'env-file-unreadable';
  /** Absolute. */
  readonly path: string;
  /** Names the file, and says what to do. */
  readonly message: string;
}

/** An injected variable that stands, and the file that would have given it another value. */
export interface OverriddenVariable {
  readonly variable: string;
  readonly file: string;
}

export type ComposedEnvironment =
  | {
      readonly ok: true;
      readonly env: Record<string, string>;
      readonly overridden: readonly OverriddenVariable[];
    }
  | { readonly ok: false; readonly failure: EnvironmentFailure };

type Layer = Readonly<Record<string, string | null>>;
type ReadFile = { readonly path: string; readonly values: Layer };

/**
 * The environment of a process at this start of it. What wins, highest first: the process's `env`, the pod's `env`,
 * injected variables, the process's files, the pod's files, what was inherited; `null` removes a variable. The files
 * are read anew at every call.
 *
 * `ignoreCase` is how variable names are compared: Windows has one variable for `Path` and `PATH`.
 *
 * @example
 * const composed = composeEnvironment(process.launch.env);
 * if (composed.ok) spawn(file, args, { env: composed.env });
 */
export const composeEnvironment = (
  spec: EnvSpec,
  ignoreCase: boolean = process.platform === 'win32',
): ComposedEnvironment => {
  const files: ReadFile[] = [];
  for (const file of [...spec.podFiles, ...spec.files]) {
    const read = readEnvFile(file);
    if ('failure' in read) return { ok: false, failure: read.failure };
    files.push({ path: file.path, values: read.values });
  }
  const layers = [spec.inherited, ...files.map((file) => file.values), spec.injected, spec.pod, spec.own];
  const comparable = comparableName(ignoreCase);
  return { ok: true, env: merge(layers, comparable), overridden: findOverridden(spec, files, comparable) };
};

type Comparable = (name: string) => string;

const comparableName = (ignoreCase: boolean): Comparable =>
  ignoreCase ? (name) => name.toUpperCase() : (name) => name;

const merge = (layers: readonly Layer[], comparable: Comparable): Record<string, string> => {
  const variables = new Map<string, readonly [string, string]>();
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    if (value === null) variables.delete(comparable(name));
    else variables.set(comparable(name), [name, value]);
  }
  return Object.fromEntries(variables.values());
};

const findOverridden = (
  spec: EnvSpec,
  files: readonly ReadFile[],
  comparable: Comparable,
): readonly OverriddenVariable[] => {
  const injected = new Map(Object.entries(spec.injected).map((entry) => [comparable(entry[0]), entry]));
  for (const name of [...Object.keys(spec.pod), ...Object.keys(spec.own)]) injected.delete(comparable(name));
  return files.flatMap(({ path, values }) =>
    Object.entries(values).flatMap(([name, value]) => {
      const entry = injected.get(comparable(name));
      return entry === undefined || entry[1] === value ? [] : [{ variable: entry[0], file: path }];
    }),
  );
};

const readEnvFile = (
  file: EnvFileSpec,
): { readonly values: Layer } | { readonly failure: EnvironmentFailure } => {
  try {
    const text = readFileSync(file.path, 'utf8');
    // A NUL cannot stand in an environment: spawning with one throws. Text saved as UTF-16 is full of them.
    if (text.includes('\0'))
      return unreadable(file.path, 'it holds NUL bytes: it must be text saved as UTF-8');
    return { values: parseEnv(text.replace(/^\uFEFF/, '')) as Record<string, string> };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return unreadable(file.path, message);
    if (!file.required) return { values: {} };
    return { failure: missing(file.path) };
  }
};

const missing = (path: string): EnvironmentFailure => ({
  kind: 'env-file-missing',
  path,
  message: `the env file ${path} does not exist; create it, or name it with required: false`,
});

const unreadable = (path: string, reason: string): { readonly failure: EnvironmentFailure } => ({
  failure: { kind: 'env-file-unreadable', path, message: `the env file ${path} cannot be read (${reason})` },
});
