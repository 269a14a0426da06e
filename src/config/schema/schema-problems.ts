import * as z from 'zod/mini';
import type { ConfigProblem, Expectation, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { findNulCharacters } from '../check/nul-characters.ts';
import { findPrototypeNames, isPrototypeName } from '../check/prototype-names.ts';
import { keysOf, type Slot, slotSchemas } from './parts.ts';
import { findProgramProblems } from './program-problems.ts';
import { configSchema, uiSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** Finds problems in the shape of a whole config. */
export const findShapeProblems = (config: unknown): readonly ConfigProblem[] =>
  withoutMisspelled([
    ...formProblems(config),
    ...primaryNameProblems(config),
    ...findNulCharacters(config),
    ...problemsOf(configSchema.safeParse(config), config, []),
    ...findProgramProblems(config),
  ]);

/** Finds problems in the shape of a user's settings. */
export const findUiProblems = (settings: unknown): readonly ConfigProblem[] => [
  ...findNulCharacters(settings),
  ...problemsOf(uiSchema.safeParse(settings), settings, []),
];

/** Checks that a config has either one app or several. */
const formProblems = (config: unknown): readonly ConfigProblem[] => {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return [];
  const { primary, apps } = config as { readonly primary?: unknown; readonly apps?: unknown };
  if (primary === undefined && apps === undefined)
    return [{ kind: 'missing', path: ['primary'], expected: 'primary' }];
  return primary === undefined || apps === undefined ? [] : [{ kind: 'primary-and-apps', path: ['apps'] }];
};

const primaryNameProblems = (config: unknown): readonly ConfigProblem[] => {
  const found: unknown = Object(Object(config).primary).name;
  const path = ['primary', 'name'];
  return typeof found === 'string' && isPrototypeName(found) ? [{ kind: 'prototype-name', path, found }] : [];
};

/** Finds problems of a value that a wiring function returned. */
export const findSlotProblems = (slot: Slot, value: unknown, path: FieldPath): readonly ConfigProblem[] => [
  ...findPrototypeNames(value, path),
  ...(slot === 'log' ? [] : findNulCharacters(value, path)),
  ...problemsOf(slotSchemas[slot].safeParse(value), value, path),
];

/** Finds problems in the shape of the options of a ready-made sidecar. */
export const findOptionProblems = (
  schema: z.core.$ZodType,
  options: unknown,
  path: FieldPath,
): readonly ConfigProblem[] => problemsOf(z.safeParse(schema, options), options, path);

type Parsed = { readonly error?: { readonly issues: readonly Issue[] } | undefined };

const problemsOf = (parsed: Parsed, value: unknown, path: FieldPath): readonly ConfigProblem[] =>
  (parsed.error?.issues ?? []).flatMap((issue) => toProblems(issue, value, path));

/** A field that is there under a misspelled name is not missing as well. */
const withoutMisspelled = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] => {
  const meant = problems.flatMap((problem) =>
    problem.kind === 'unknown-key' ? [[...problem.path.slice(0, -1), problem.nearest].join('.')] : [],
  );
  return problems.filter(({ kind, ...rest }) => {
    const path = 'path' in rest ? rest.path.join('.') : '';
    return kind !== 'missing' || !meant.includes(path);
  });
};

const toProblems = (issue: Issue, value: unknown, base: FieldPath): readonly ConfigProblem[] => {
  const own = issue.path as (string | number)[];
  const path = [...base, ...own];
  const found = valueAt(value, own);
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, issue.keys, path);
  if (issue.code === 'invalid_key') {
    const kind = path.at(-2) === 'files' ? 'not-a-file-name' : 'not-a-name';
    return [{ kind, path, found: String(path.at(-1)) }];
  }
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors);
    if (meant !== null) return meant.flatMap((inner) => toProblems(inner, found, path));
  }
  const parent = own.length === 0 ? null : Object(valueAt(value, own.slice(0, -1)));
  return [misfit(issue, path, found, parent)];
};

const misfit = (issue: Issue, path: FieldPath, found: unknown, parent: object | null): ConfigProblem => {
  if (issue.code === 'invalid_format' && path.join('.') === 'primary.name') {
    return { kind: 'not-a-name', path, found: String(found) };
  }
  const expected = issue.message as Expectation;
  const absent = found === undefined && parent !== null && !Object.hasOwn(parent, path.at(-1) ?? '');
  if (absent) return { kind: 'missing', path, expected };
  const word = typeof found === 'string' ? nearest(found, wordsOf(issue)) : null;
  return { kind: 'invalid', path, found, expected, ...(word === null ? {} : { nearest: word }) };
};

/** The words that a value can be. */
const wordsOf = (issue: Issue): readonly string[] => {
  if (issue.code === 'invalid_union') return wordsIn(issue.errors);
  return issue.code === 'invalid_value' ? issue.values.filter((value) => typeof value === 'string') : [];
};

const wordsIn = (branches: readonly (readonly Issue[])[]): readonly string[] =>
  branches.flatMap((issues) => issues.filter(({ path }) => path.length === 0).flatMap(wordsOf));

const unknownKeys = (issue: Issue, keys: readonly string[], path: FieldPath): readonly ConfigProblem[] => {
  const isSidecarElsewhere = keys.includes('use') && RUN_A_COMMAND.has(issue.message);
  const rest = isSidecarElsewhere ? keys.filter((key) => !['use', 'with', 'engine'].includes(key)) : keys;
  return [
    ...(isSidecarElsewhere ? [{ kind: 'use-elsewhere', path: [...path, 'use'] } as const] : []),
    ...rest.map((key) => unknownKey(issue, key, path)),
  ];
};

/** The kinds of processes that are never ready-made. */
const RUN_A_COMMAND: ReadonlySet<string> = new Set<Expectation>(['process', 'primary', 'app-primary']);

const unknownKey = (issue: Issue, key: string, path: FieldPath): ConfigProblem => {
  const known = keysOf(issue.message);
  return { kind: 'unknown-key', path: [...path, key], found: key, nearest: nearest(key, known), known };
};

/** The member of a union that the value was meant for: the one that has its type, and knows most of its fields. */
const branchMeant = (branches: readonly (readonly Issue[])[]): readonly Issue[] | null => {
  const candidates = branches
    .filter((issues) => !issues.some(rejectsType))
    .map((issues) => ({ issues, unknown: unknownFields(issues) }));
  const least = Math.min(...candidates.map(({ unknown }) => unknown));
  const [meant, other] = candidates.filter(({ unknown }) => unknown === least);
  return meant === undefined || other !== undefined ? null : meant.issues;
};

const unknownFields = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => {
    if (issue.path.length > 0) return sum;
    if (issue.code === 'invalid_union') return sum + unknownFields(branchMeant(issue.errors) ?? []);
    return issue.code === 'unrecognized_keys' ? sum + issue.keys.length : sum;
  }, 0);

const rejectsType = (issue: Issue): boolean => {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return branchMeant(issue.errors) === null;
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'custom';
};

const valueAt = (value: unknown, path: FieldPath): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
