import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import {
  type DeclaredDependency,
  declaredProcesses,
  dependenciesByProcess,
  explicitDependencies,
  rolesOf,
} from '../resolve/declared.ts';
import type { PodConfig } from '../types.ts';

/** Finds dependencies on processes or conditions that are not allowed. */
export const findDependencyProblems = (config: PodConfig): readonly ConfigProblem[] => {
  const processes = declaredProcesses(config);
  const byName = new Map(processes.map((process) => [process.name, process]));
  const roles = rolesOf(processes);
  const problems: ConfigProblem[] = processes.filter(isEndlessInit).map(({ name, path }) => ({
    kind: 'never-completes',
    path: [...path, 'restart'],
    process: name,
    because: 'restarts-always',
  }));
  for (const process of processes) {
    const dependencies = explicitDependencies(process, roles);
    problems.push(...dependencies.flatMap((dependency) => edgeProblems(process, dependency, byName)));
  }
  return [...problems, ...findCycles(edgesOf(config, processes))];
};

const edgesOf = (
  config: PodConfig,
  processes: readonly DeclaredProcess[],
): ReadonlyMap<string, readonly DeclaredDependency[]> => {
  const dependencies = dependenciesByProcess(config);
  return new Map(
    processes.map(({ name }) => [
      name,
      (dependencies.get(name) ?? []).filter(({ process }) => process !== name && dependencies.has(process)),
    ]),
  );
};

const edgeProblems = (
  from: DeclaredProcess,
  dependency: DeclaredDependency,
  byName: ReadonlyMap<string, DeclaredProcess>,
): readonly ConfigProblem[] => {
  const { process: name, written, path } = dependency;
  if (name === from.name) return [{ kind: 'depends-on-itself', path, process: name }];
  const target = from.scope.processes.has(written) ? byName.get(name) : undefined;
  if (target === undefined) {
    const known = namesFor(from);
    const near = nearest(written, known);
    return [{ kind: 'unknown-name', named: 'process', path, found: written, nearest: near, known }];
  }
  if (from.role === 'init' && target.role === 'primary' && isGatedBy(target, from)) {
    return [{ kind: 'init-depends-on-primary', path, primary: name }];
  }
  if (dependency.condition !== 'completed') return [];
  // Another app may well end by itself.
  if (target.role === 'primary' && from.app?.primary === name)
    return [{ kind: 'never-completes', path, process: name, because: 'primary' }];
  // An init task that never ends is reported as a problem of its own.
  if (target.role === 'init' || !restartsAlways(target)) return [];
  return [{ kind: 'never-completes', path, process: name, because: 'restarts-always' }];
};

const namesFor = ({ name, scope }: DeclaredProcess): readonly string[] =>
  [...scope.processes].filter(([, meant]) => !meant.includes(name)).map(([written]) => written);

/** A primary waits for the init tasks of its app, and for shared ones. */
const isGatedBy = (primary: DeclaredProcess, init: DeclaredProcess): boolean =>
  init.app === null || init.app.primary === primary.name;

const isEndlessInit = (process: DeclaredProcess): boolean =>
  process.role === 'init' && restartsAlways(process);

const restartsAlways = ({ role, fields: { restart } }: DeclaredProcess): boolean => {
  const policy = typeof restart === 'object' ? restart.policy : restart;
  return (policy ?? (role === 'sidecar' ? 'always' : 'never')) === 'always';
};

/** Reports each cycle once, from the process that is declared first. */
const findCycles = (edges: ReadonlyMap<string, readonly DeclaredDependency[]>): readonly ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (name: string): void => {
    trail.push(name);
    for (const { process: next, path } of edges.get(name) ?? []) {
      const start = trail.indexOf(next);
      if (start >= 0) problems.push({ kind: 'dependency-cycle', path, cycle: [...trail.slice(start), next] });
      else if (!done.has(next)) visit(next);
    }
    trail.pop();
    done.add(name);
  };
  for (const name of edges.keys()) if (!done.has(name)) visit(name);
  return problems;
};
