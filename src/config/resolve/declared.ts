import { isAbsolute, relative, sep } from 'node:path';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import type { Condition, Role } from '../../model/vocabulary.ts';
import type { DependencyConfig, PodConfig, PortConfig, ProcessConfig } from '../types.ts';
import {
  type Component,
  type ConfiguredVolume,
  componentsOf,
  type DeclaredProcess,
  processesOf,
  volumesOf,
} from './component.ts';

import { withDetours } from './detours.ts';
import { withRenderedFiles } from './rendered-files.ts';

export interface DeclaredDependency {
  readonly process: string;
  /** Name as written in the config: the process's, or that of an app with instances. */
  readonly written: string;
  readonly condition: Condition;
  readonly restart: boolean;
  readonly required: boolean;
  readonly path: FieldPath;
}

/** Declared processes: the shared ones, then app by app its init tasks, sidecars and primary. */
export const declaredProcesses = (config: PodConfig): readonly DeclaredProcess[] =>
  withRenderedFiles(
    withDetours(
      componentsOf(config).flatMap((component) => [...processesOf(component), ...primaryOf(component)]),
    ),
  );

const primaryOf = ({ app, scope, origin }: Component): readonly DeclaredProcess[] => {
  if (app === null) return [];
  const { name, ...fields } = app.parts.primary as ProcessConfig & { readonly name?: string };
  return [
    {
      name: app.primary,
      role: 'primary',
      path: [...app.path, 'primary'],
      fields,
      app,
      scope,
      origin,
      made: null,
      rendered: [],
      refreshes: [],
    },
  ];
};

export const configuredVolumes = (config: PodConfig): readonly ConfiguredVolume[] =>
  componentsOf(config).flatMap(volumesOf);

interface PortFields {
  /** Number that a container listens on; null: that of the port. */
  readonly target: number | null;
  readonly activate: boolean;
}

export const portsOf = (process: {
  readonly name: string;
  readonly fields: Pick<ProcessConfig, 'ports'>;
}): readonly (DeclaredPort & PortFields)[] =>
  Object.entries<PortConfig>(process.fields.ports ?? {}).map(([name, declared]) => {
    const {
      port,
      protocol = 'tcp',
      host = '127.0.0.1',
      target = null,
      activate = false,
    } = typeof declared === 'object' ? declared : { port: declared };
    return { process: process.name, name, port, target, protocol, host, activate };
  });

/** Dependencies that a process declares itself, with their defaults filled in. */
export const explicitDependencies = (
  process: DeclaredProcess,
  roles: ReadonlyMap<string, Role>,
): readonly DeclaredDependency[] => {
  const { dependsOn = [] } = process.fields;
  const path = [...process.path, 'dependsOn'];
  const isList = Array.isArray(dependsOn);
  const written: readonly (readonly [string, Condition | DependencyConfig, string | number])[] = isList
    ? dependsOn.map((name: string, index) => [name, {}, index])
    : definedEntries(dependsOn as Readonly<Record<string, Condition | DependencyConfig>>).map(
        ([name, how]) => [name, how, name],
      );
  return written.flatMap(([name, how, key]) => {
    const said = typeof how === 'string' ? { condition: how } : how;
    const meant = process.scope.processes.get(name) ?? [name];
    const at = process.made?.reasons[name] ?? [...path, key];
    return meant.map((other) => dependency(other, name, said, at, roles));
  });
};

/**
 * True if a mount needs a mount namespace: at an absolute path outside the config's folder, where a symlink would
 * affect the whole machine.
 */
export const isPrivateMount = (path: string, folder: string): boolean =>
  isAbsolute(path) && !isWithin(path, folder);

/** Both paths are absolute; a folder lies within itself. */
export const isWithin = (path: string, folder: string): boolean => {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
};

/** A key with the value `undefined`, as in `{ redis: isLocal ? 'ready' : undefined }`, counts as absent. */
export const definedEntries = <Value>(
  record: Readonly<Record<string, Value | undefined>>,
): readonly (readonly [string, Value])[] =>
  Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined);

/**
 * Dependencies of each process. By default, a primary depends on every init task and sidecar of its app, except those
 * that depend on it themselves, directly or not, and on every shared one, except those that depend on any app; never on
 * one that is started by hand.
 */
export const dependenciesByProcess = (
  config: PodConfig,
): ReadonlyMap<string, readonly DeclaredDependency[]> => {
  const processes = declaredProcesses(config);
  const roles = rolesOf(processes);
  const dependencies = new Map(
    processes.map((process) => [process.name, explicitDependencies(process, roles)] as const),
  );
  const primaries = processes.filter(({ role }) => role === 'primary');
  const behind = new Map(primaries.map(({ name }) => [name, dependentsOf(name, dependencies)]));
  const inFront = new Set([...behind.values()].flatMap((names) => [...names]));
  const silent = primaries.filter(({ fields }) => fields.dependsOn === undefined);
  for (const primary of silent) {
    const waiting = behind.get(primary.name);
    const awaited = processes.filter(({ name, role, app, fields }) => {
      if (role === 'primary' || fields.autostart === false) return false;
      return app === null ? !inFront.has(name) : app.primary === primary.name && waiting?.has(name) !== true;
    });
    const path = [...primary.path, 'dependsOn'];
    dependencies.set(
      primary.name,
      awaited.map(({ name }) => dependency(name, name, {}, path, roles)),
    );
  }
  for (const process of processes) {
    const own = dependencies.get(process.name) ?? [];
    const ways = [...own, ...waysOf(process, own, processes, roles)];
    dependencies.set(process.name, [...ways, ...renderersOf(process, ways, roles)]);
  }
  return dependencies;
};

/** A process depends on those through which it reaches others. */
const waysOf = (
  { scope }: DeclaredProcess,
  own: readonly DeclaredDependency[],
  processes: readonly DeclaredProcess[],
  roles: ReadonlyMap<string, Role>,
): readonly DeclaredDependency[] => {
  const ways = new Set(
    scope.detours.map(({ by }) => by).filter((by) => !own.some(({ process }) => process === by)),
  );
  return [...ways].map((by) => {
    const path = processes.find(({ name }) => name === by)?.path ?? [];
    return dependency(by, by, {}, [...path, 'with', 'for'], roles);
  });
};

/** A process depends on those that render its files. */
const renderersOf = (
  { path, rendered }: DeclaredProcess,
  own: readonly DeclaredDependency[],
  roles: ReadonlyMap<string, Role>,
): readonly DeclaredDependency[] => {
  const missing = rendered.filter(
    ({ by }, index) =>
      !own.some(({ process }) => process === by) && rendered.findIndex((other) => other.by === by) === index,
  );
  return missing.map(({ by, name }) => dependency(by, by, {}, [...path, 'files', name, 'from'], roles));
};

export const rolesOf = (processes: readonly DeclaredProcess[]): ReadonlyMap<string, Role> =>
  new Map(processes.map(({ name, role }) => [name, role]));

const dependency = (
  process: string,
  written: string,
  { condition, restart = false, required = true }: DependencyConfig,
  path: FieldPath,
  roles: ReadonlyMap<string, Role>,
): DeclaredDependency => ({
  process,
  written,
  condition: condition ?? (roles.get(process) === 'init' ? 'completed' : 'ready'),
  restart,
  required,
  path,
});

/** All processes that depend on `target`, directly or through others. */
const dependentsOf = (
  target: string,
  dependencies: ReadonlyMap<string, readonly DeclaredDependency[]>,
): ReadonlySet<string> => {
  const dependents = new Set<string>();
  const open = [target];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [name, list] of dependencies) {
      if (dependents.has(name) || !list.some(({ process }) => process === next)) continue;
      dependents.add(name);
      open.push(name);
    }
  }
  return dependents;
};
