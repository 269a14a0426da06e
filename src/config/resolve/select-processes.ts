import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { DeclaredProcess } from './component.ts';
import type { DeclaredDependency } from './declared.ts';

/** Selection by `--only` and `--without`. */
export interface Selection {
  readonly only: readonly string[];
  readonly without: readonly string[];
}

/**
 * Selects the processes that start with the pod: those named by `--only`, or else the primaries and all with autostart,
 * along with their dependencies at any depth, and never those named by `--without`. The name of an app or instance
 * stands for the processes that start with it.
 */
export const selectProcesses = (
  processes: readonly DeclaredProcess[],
  dependencies: ReadonlyMap<string, readonly DeclaredDependency[]>,
  { only, without }: Selection,
): ReadonlySet<string> => {
  const desired = new Set<string>();
  const left = new Set(expandNames(processes, without));
  const open = only.length > 0 ? startedBy(processes, only) : startedBy(processes, null);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (desired.has(name) || left.has(name)) continue;
    desired.add(name);
    open.push(...(dependencies.get(name) ?? []).map(({ process }) => process));
  }
  return desired;
};

/** `only` null: all processes with autostart. */
const startedBy = (processes: readonly DeclaredProcess[], only: readonly string[] | null): string[] => {
  const starting = processes.filter(startsByItself);
  if (only === null) return starting.map(({ name }) => name);
  return only.flatMap((asked) => (isApp(processes, asked) ? expandNames(starting, [asked]) : [asked]));
};

/** Expands the name of an app or instance to everything that belongs to it. */
export const expandNames = (
  processes: readonly DeclaredProcess[],
  names: readonly string[],
): readonly string[] =>
  names.flatMap((asked) =>
    isApp(processes, asked)
      ? processes.filter(({ app }) => isCalled(app, asked)).map(({ name }) => name)
      : [asked],
  );

const isApp = (processes: readonly DeclaredProcess[], asked: string): boolean =>
  processes.some(({ app }) => isCalled(app, asked));

const isCalled = (app: DeclaredProcess['app'], asked: string): boolean =>
  app?.isNamed === true && (app.name === asked || app.primary === asked);

const startsByItself = ({ role, fields }: DeclaredProcess): boolean =>
  role === 'primary' || fields.autostart !== false;

/** Finds names on the command line that the config does not have. */
export const findSelectionProblems = (
  processes: readonly DeclaredProcess[],
  selection: Selection,
): readonly ConfigProblem[] => {
  const apps = processes.flatMap(({ app }) => (app?.isNamed === true ? [app.name] : []));
  const known = [...new Set([...apps, ...processes.map(({ name }) => name)])];
  return (['only', 'without'] as const).flatMap((option) =>
    selection[option]
      .filter((name) => !known.includes(name))
      .map((found) => ({ kind: 'unknown-selection', option, found, nearest: nearest(found, known), known })),
  );
};
