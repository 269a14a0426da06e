import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { findShapeProblems } from '../schema/schema-problems.ts';

/** This command replaces an invalid one, because a process cannot be without. */
const STAND_IN = 'true';

/**
 * Removing a field may make its parent incomplete, which is then removed too; a config is not nested deeper than this.
 */
const MOST_ROUNDS = 6;

/**
 * Returns the config without its invalid fields, so that the rules can be checked for the rest; null if nothing valid
 * can be made of it.
 */
export const validSubset = (
  config: unknown,
  misshapen: readonly ConfigProblem[],
  find: (config: unknown) => readonly ConfigProblem[] = findShapeProblems,
): unknown => {
  let sound = config;
  let problems = misshapen;
  for (let round = 0; problems.length > 0 && round < MOST_ROUNDS; round++) {
    sound = problems.map(fieldToLeaveOut).reduce<unknown>((rest, path) => without(rest, path), sound);
    problems = find(sound);
  }
  return problems.length === 0 ? sound : null;
};

/**
 * Returns the problems of the valid subset that do not depend on an invalid field. An unknown name, for example, may be
 * one that an invalid field declares.
 */
export const independentOf = (
  misshapen: readonly ConfigProblem[],
  problems: readonly ConfigProblem[],
): readonly ConfigProblem[] => {
  const touches = (field: (path: FieldPath) => boolean) => misshapen.map(pathMeant).some(field);
  const doubtful = new Set<ConfigProblem['kind']>([
    ...(touches(givesNames) ? (['unknown-name', 'no-port', 'name-taken'] as const) : []),
    ...(touches((path) => path.includes('envFile')) ? (['unset-variable'] as const) : []),
    ...(touches((path) => path.includes('restart')) ? (['never-completes'] as const) : []),
  ]);
  return problems.filter(({ kind }) => !doubtful.has(kind));
};

/** Fields whose parts only make sense together. */
const WHOLE: ReadonlySet<string | number> = new Set([
  ...['startup', 'readiness', 'liveness', 'postStart', 'preStop', 'restart', 'stop', 'watch'],
]);

/** Without them, nothing is known of a ready-made sidecar. */
const READY_MADE: ReadonlySet<string | number> = new Set(['use', 'with', 'engine']);

const fieldToLeaveOut = (problem: ConfigProblem): FieldPath => {
  const path = pathOf(problem);
  const made = path.findIndex((key, index) => READY_MADE.has(key) && !isName(path, index));
  if (made !== -1) return path.slice(0, made);
  const whole = path.findIndex((key, index) => WHOLE.has(key) && !isName(path, index));
  if (whole !== -1) return path.slice(0, whole + 1);
  return problem.kind === 'missing' && path.at(-1) !== 'command' ? path.slice(0, -1) : path;
};

/** True for the name of an app, or of an entry in one of its sections. */
const isName = (path: FieldPath, index: number): boolean => {
  if (path[0] !== 'apps') return index === 1 && path[0] !== 'primary';
  return index === 1 || (index > 2 && isName(path.slice(2), index - 2));
};

const pathOf = (problem: ConfigProblem): FieldPath => ('path' in problem ? problem.path : []);

/** Path of the key that a misspelled one stands for. */
const pathMeant = (problem: ConfigProblem): FieldPath => {
  const path = pathOf(problem);
  return problem.kind === 'unknown-key' ? [...path.slice(0, -1), problem.nearest ?? ''] : path;
};

const NAMED_BELOW = ['ports', 'files', 'instances', 'use', 'with', 'engine'];

/** True for sections, for processes and volumes as a whole, for ports and files, and for the primary's name. */
const givesNames = ([section, ...below]: FieldPath): boolean => {
  if (section === undefined || NAMED_BELOW.some((key) => below.includes(key))) return true;
  if (section === 'apps') return givesNames(below.slice(1));
  if (section === 'primary') return below.length === 0 || below[0] === 'name';
  return ['init', 'sidecars', 'volumes'].includes(String(section)) && below.length < 2;
};

const without = (value: unknown, [key, ...below]: FieldPath): unknown => {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.toSpliced(Number(key), 1);
  if (below.length > 0) return { ...value, [key]: without((value as Record<string, unknown>)[key], below) };
  if (key === 'command') return { ...value, [key]: STAND_IN };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
};
