import type { ConfigProblem } from '../core/config-problem.ts';
import type { DeclaredDependency, DeclaredProcess } from './declared.ts';
import { nearest } from './nearest.ts';

/** `--only` and `--without`. */
export interface Selection {
  readonly only: readonly string[];
  readonly without: readonly string[];
}

/**
 * The processes that start with the pod: those named by `--only`, else the primary and all that start by themselves;
 * with them what they depend on, at whatever remove; never what `--without` names.
 */
export const selectProcesses = (
  processes: readonly DeclaredProcess<{ readonly autostart?: boolean }>[],
  dependencies: ReadonlyMap<string, readonly DeclaredDependency[]>,
  { only, without }: Selection,
): ReadonlySet<string> => {
  const wanted = new Set<string>();
  const open = only.length > 0 ? [...only] : processes.filter(startsByItself).map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (wanted.has(name) || without.includes(name)) continue;
    wanted.add(name);
    open.push(...(dependencies.get(name) ?? []).map(({ process }) => process));
  }
  return wanted;
};

const startsByItself = ({ role, fields }: DeclaredProcess<{ readonly autostart?: boolean }>): boolean =>
  role === 'primary' || fields.autostart !== false;

/** Names on the command line that the config does not have. */
export const findSelectionProblems = (
  known: readonly string[],
  selection: Selection,
): readonly ConfigProblem[] =>
  (['only', 'without'] as const).flatMap((option) =>
    selection[option]
      .filter((name) => !known.includes(name))
      .map((found) => ({ kind: 'unknown-selection', option, found, nearest: nearest(found, known), known })),
  );
