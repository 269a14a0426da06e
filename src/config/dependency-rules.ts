import type { ConfigProblem } from '../core/config-problem.ts';
import {
  type DeclaredDependency,
  type DeclaredProcess,
  declaredProcesses,
  explicitDependencies,
  rolesOf,
} from './declared.ts';
import { nearest } from './nearest.ts';
import type { PodConfig, ProcessConfig } from './types.ts';

/** Who may wait for whom, and for what. */
export const findDependencyProblems = (config: PodConfig): readonly ConfigProblem[] => {
  const processes = declaredProcesses<ProcessConfig>(config);
  const byName = new Map(processes.map((process) => [process.name, process]));
  const roles = rolesOf(processes);
  const edges = new Map<string, readonly DeclaredDependency[]>();
  const problems: ConfigProblem[] = processes.filter(isEndlessInit).map(({ name, path }) => ({
    kind: 'never-completes',
    path: [...path, 'restart'],
    process: name,
    because: 'restarts-always',
  }));
  for (const process of processes) {
    const dependencies = explicitDependencies(process, roles);
    problems.push(...dependencies.flatMap((dependency) => edgeProblems(process, dependency, byName)));
    edges.set(
      process.name,
      dependencies.filter(({ process: name }) => name !== process.name && byName.has(name)),
    );
  }
  return [...problems, ...findCycles(edges)];
};

const edgeProblems = (
  from: DeclaredProcess,
  dependency: DeclaredDependency,
  byName: ReadonlyMap<string, DeclaredProcess>,
): readonly ConfigProblem[] => {
  const { process: name, path } = dependency;
  if (name === from.name) return [{ kind: 'depends-on-itself', path, process: name }];
  const target = byName.get(name);
  if (target === undefined) {
    const known = [...byName.keys()].filter((other) => other !== from.name);
    return [
      { kind: 'unknown-name', named: 'process', path, found: name, nearest: nearest(name, known), known },
    ];
  }
  if (from.role === 'init' && target.role === 'primary') {
    return [{ kind: 'init-depends-on-primary', path, primary: name }];
  }
  if (dependency.condition !== 'completed') return [];
  if (target.role === 'primary')
    return [{ kind: 'never-completes', path, process: name, because: 'primary' }];
  // An endless init task is a problem in its own place.
  if (target.role === 'init' || !restartsAlways(target)) return [];
  return [{ kind: 'never-completes', path, process: name, because: 'restarts-always' }];
};

const isEndlessInit = (process: DeclaredProcess): boolean =>
  process.role === 'init' && restartsAlways(process);

const restartsAlways = ({ role, fields: { restart } }: DeclaredProcess): boolean => {
  const policy = typeof restart === 'object' ? restart.policy : restart;
  return (policy ?? (role === 'sidecar' ? 'always' : 'never')) === 'always';
};

/** Each circle once, from the process that is declared first. */
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
