import { statSync } from 'node:fs';
import { errorMessage } from '../../model/error-message.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { UiSpec } from '../../model/pod-spec.ts';
import { findKeyClashes, type KeyClash } from '../check/key-rules.ts';
import { findPrototypeNames } from '../check/prototype-names.ts';
import { validSubset } from '../check/valid-subset.ts';
import { resolveUi } from '../resolve/resolve-ui.ts';
import { findUiProblems } from '../schema/schema-problems.ts';
import type { UiConfig } from '../types.ts';
import { readDataConfig } from './read-data-config.ts';

interface LayeredSettings {
  readonly ui: UiSpec;
  /** What is wrong with the user's file. It does not count. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads a user's own settings of the dashboard, and lays those of the project above them. */
export const layerSettings = async (file: string, project: UiSpec): Promise<LayeredSettings> => {
  const { settings, problems } = await readSettings(file);
  const user = resolveUi(settings);
  const clashes = clashesOf(user, project);
  const taken = new Set(clashes.map(({ action }) => action as string));
  const keys = Object.entries(user.keys).filter(([action]) => !taken.has(action));
  return {
    ui: {
      ...user,
      ...project,
      keys: { ...Object.fromEntries(keys), ...project.keys },
      theme: { ...user.theme, ...project.theme },
    },
    problems: [...problems, ...clashes.map(toProblem)],
  };
};

interface ReadSettings {
  readonly settings: UiConfig;
  readonly problems: readonly ConfigProblem[];
}

const readSettings = async (file: string): Promise<ReadSettings> => {
  const obstacle = obstacleOf(file);
  const read = obstacle === null ? await readDataConfig(file) : ({ ok: false, problem: obstacle } as const);
  if (!read.ok) return { settings: {}, problems: [read.problem] };
  const value = read.value ?? {};
  const reserved = findPrototypeNames(value);
  if (reserved.length > 0) return { settings: {}, problems: reserved };
  const problems = findUiProblems(value);
  return { settings: (validSubset(value, problems, findUiProblems) ?? {}) as UiConfig, problems };
};

/** A pipe that nobody writes to would hold up the whole pod. */
const obstacleOf = (file: string): (ConfigProblem & { readonly kind: 'unreadable' }) | null => {
  try {
    return statSync(file).isFile() ? null : { kind: 'unreadable', message: 'it is not a file' };
  } catch (error) {
    return { kind: 'unreadable', message: errorMessage(error) };
  }
};

/** Clashes of the user's keys, with the user's action first. The keys of the project have none among themselves. */
const clashesOf = (user: UiSpec, project: UiSpec): readonly KeyClash[] => {
  const isUsers = (action: string): boolean =>
    user.keys[action] !== undefined && project.keys[action] === undefined;
  return findKeyClashes({ ...user.keys, ...project.keys }).flatMap(({ key, action, other }) => {
    if (isUsers(action)) return [{ key, action, other }];
    return isUsers(other) ? [{ key, action: other, other: action }] : [];
  });
};

const toProblem = ({ key, action, other }: KeyClash): ConfigProblem => ({
  kind: 'key-taken',
  path: ['keys', action],
  key,
  by: other,
});
