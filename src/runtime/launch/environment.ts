import { readFileSync } from 'node:fs';
import { injectedInto, providedDefaults } from '../../core/injected.ts';
import { type EnvFileRemark, parseEnvFile } from '../../model/env-file.ts';
import type { EnvFileFailure } from '../../model/failures/launch-failure.ts';
import type { EnvFileSpec, EnvSpec } from '../../model/pod-spec.ts';

/** An injected variable, with a file that would have given it another value. */
export interface OverriddenVariable {
  readonly variable: string;
  readonly file: string;
}

/** A line of an env file that is read differently than it looks. */
export interface RemarkedLine {
  /** Absolute path. */
  readonly file: string;
  readonly remark: EnvFileRemark;
}

export type ComposedEnvironment =
  | {
      readonly ok: true;
      readonly env: Record<string, string>;
      /** Variables that make the process color its output; not for its hooks, probes and build commands. */
      readonly colors: Record<string, string>;
      readonly overridden: readonly OverriddenVariable[];
      readonly remarks: readonly RemarkedLine[];
    }
  | { readonly ok: false; readonly failure: EnvFileFailure };

type Layer = Readonly<Record<string, string | null>>;
/** A variable with its value, and the number of the layer that has set it last. */
type Standing = readonly [name: string, value: string | null, rank: number];
type ReadFile = {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
  readonly remarks: readonly EnvFileRemark[];
};

/**
 * Composes the environment of a process for one start. The order is, highest first: the process's `env`, the pod's
 * `env`, injected variables, the process's files, the pod's files, the inherited environment, defaults that other
 * processes provide; `null` removes a variable. The files are read again at every call. NO_COLOR removes the variables that lower layers force colors with.
 *
 * `ignoreCase` compares names as Windows does, which has one variable for `Path` and `PATH`.
 *
 * @example
 * const composed = composeEnvironment(process.launch.env);
 * if (composed.ok) spawn(file, args, { env: { ...composed.env, ...composed.colors } });
 */
export const composeEnvironment = (
  spec: EnvSpec,
  ignoreCase: boolean = process.platform === 'win32',
): ComposedEnvironment => {
  const files: ReadFile[] = [];
  for (const file of [...spec.podFiles, ...spec.files]) {
    const earlier = Object.fromEntries(files.flatMap(({ values }) => Object.entries(values)));
    const read = readEnvFile(file, spec.inherited, earlier);
    if ('failure' in read) return { ok: false, failure: read.failure };
    files.push(read);
  }
  const { assumed, inherited, pod, own } = spec;
  const injected = injectedInto(spec);
  const layers = [
    assumed,
    providedDefaults(spec),
    inherited,
    ...files.map((file) => file.values),
    injected,
    pod,
    own,
  ];
  const comparable = comparableName(ignoreCase);
  const standing = merge(layers, comparable);
  return {
    ok: true,
    env: valuesOf(standing),
    colors: colorsFor(standing, spec.colors),
    overridden: findOverridden(spec, injected, files, comparable),
    remarks: files.flatMap(({ path, remarks }) => remarks.map((remark) => ({ file: path, remark }))),
  };
};

/** Programs that see both disagree on which one counts; some warn at every start. */
const FORCES_COLOR = ['FORCE_COLOR', 'CLICOLOR_FORCE', 'CARGO_TERM_COLOR'];

type Comparable = (name: string) => string;

const comparableName = (ignoreCase: boolean): Comparable =>
  ignoreCase ? (name) => name.toUpperCase() : (name) => name;

const merge = (layers: readonly Layer[], comparable: Comparable): Map<string, Standing> => {
  const standing = new Map<string, Standing>();
  for (const [rank, layer] of layers.entries())
    for (const name of Object.keys(layer)) standing.set(comparable(name), [name, layer[name] ?? null, rank]);
  const [, noColor, ranked] = standing.get('NO_COLOR') ?? UNSET;
  for (const name of noColor ? FORCES_COLOR : []) {
    const [, , rank] = standing.get(name) ?? UNSET;
    if (rank < ranked) standing.delete(name);
  }
  return standing;
};

const UNSET: Standing = ['', null, Infinity];

const valuesOf = (standing: ReadonlyMap<string, Standing>): Record<string, string> =>
  Object.fromEntries([...standing.values()].filter(isSet));

const isSet = (standing: Standing): standing is readonly [string, string, number] => standing[1] !== null;

const REFUSES_COLOR: readonly (readonly [string, RegExp])[] = [
  ['NO_COLOR', /./s],
  ['NODE_DISABLE_COLORS', /./s],
  ['FORCE_COLOR', /^(?:0|false)$/],
  ['CLICOLOR', /^0$/],
];

/** Returns color variables that no layer has set, and none if a layer has NO_COLOR. */
const colorsFor = (
  standing: ReadonlyMap<string, Standing>,
  colors: Readonly<Record<string, string>>,
): Record<string, string> => {
  const textOf = (name: string): string => (standing.get(name) ?? UNSET)[1] ?? '';
  if (REFUSES_COLOR.some(([name, refuses]) => refuses.test(textOf(name)))) return {};
  return Object.fromEntries(Object.entries(colors).filter(([name]) => !standing.has(name)));
};

const findOverridden = (
  spec: EnvSpec,
  given: Readonly<Record<string, string>>,
  files: readonly ReadFile[],
  comparable: Comparable,
): readonly OverriddenVariable[] => {
  const injected = new Map(Object.entries(given).map((entry) => [comparable(entry[0]), entry]));
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
  inherited: EnvSpec['inherited'],
  earlier: Readonly<Record<string, string>>,
): ReadFile | { readonly failure: EnvFileFailure } => {
  const { path } = file;
  try {
    const text = readFileSync(path, 'utf8');
    // An environment cannot contain a NUL: spawning with one throws. Text saved as UTF-16 is full of them.
    if (text.includes('\0')) return { failure: { kind: 'env-file-not-text', path } };
    const { values, remarks, error } = parseEnvFile(text, inherited, earlier);
    if (error === null) return { path, values, remarks };
    return { failure: { kind: 'env-file-wrong', path, line: error.line } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      return { failure: { kind: 'env-file-unreadable', path, cause: message } };
    if (!file.required) return { path, values: {}, remarks: [] };
    return { failure: { kind: 'env-file-missing', path } };
  }
};
