import { isAbsolute, relative, sep } from 'node:path';
import type { FieldPath } from '../core/config-problem.ts';
import type { Condition, Role } from '../core/pod-spec.ts';
import type { DeclaredPort } from '../core/port-failure.ts';
import type { DependencyConfig, PodConfig, PortConfig, ProcessConfig } from './types.ts';

/** A process as the config declares it. */
export interface DeclaredProcess<Fields = ProcessConfig> {
  readonly name: string;
  readonly role: Role;
  readonly path: FieldPath;
  readonly fields: Fields;
}

export interface DeclaredDependency {
  readonly process: string;
  readonly condition: Condition;
  readonly restart: boolean;
  readonly required: boolean;
  readonly path: FieldPath;
}

/** The parts of a config that say which processes there are; `Fields` tells configs with wiring from those without. */
export interface ProcessesOf<Fields> {
  readonly init?: Readonly<Record<string, Fields>>;
  readonly sidecars?: Readonly<Record<string, Fields>>;
  readonly primary: Fields & { readonly name?: string };
}

/** Init tasks, sidecars, primary: the order of declaration. */
export const declaredProcesses = <Fields>(
  config: ProcessesOf<Fields>,
): readonly DeclaredProcess<Fields>[] => [
  ...section('init', 'init', config.init),
  ...section('sidecar', 'sidecars', config.sidecars),
  { name: primaryName(config), role: 'primary', path: ['primary'], fields: config.primary },
];

export const primaryName = (config: ProcessesOf<unknown>): string => config.primary.name ?? 'primary';

const section = <Fields>(
  role: Role,
  key: string,
  fieldsByName: Readonly<Record<string, Fields>> = {},
): readonly DeclaredProcess<Fields>[] =>
  Object.entries(fieldsByName).map(([name, fields]) => ({ name, role, path: [key, name], fields }));

export const portsOf = (process: {
  readonly name: string;
  readonly fields: Pick<ProcessConfig, 'ports'>;
}): readonly (DeclaredPort & { readonly activate: boolean })[] =>
  Object.entries<PortConfig>(process.fields.ports ?? {}).map(([name, declared]) => {
    const {
      port,
      protocol = 'tcp',
      host = '127.0.0.1',
      activate = false,
    } = typeof declared === 'object' ? declared : { port: declared };
    return { process: process.name, name, port, protocol, host, activate };
  });

/** What a process says itself that it depends on, with the defaults filled in. */
export const explicitDependencies = (
  process: DeclaredProcess<Pick<ProcessConfig, 'dependsOn'>>,
  roles: ReadonlyMap<string, Role>,
): readonly DeclaredDependency[] => {
  const { dependsOn = [] } = process.fields;
  const path = [...process.path, 'dependsOn'];
  if (Array.isArray(dependsOn)) {
    return dependsOn.map((name: string, index) => dependency(name, {}, [...path, index], roles));
  }
  return definedEntries(dependsOn as Readonly<Record<string, Condition | DependencyConfig>>).map(
    ([name, how]) =>
      dependency(name, typeof how === 'string' ? { condition: how } : how, [...path, name], roles),
  );
};

/** Where a process's volumes appear, by volume, as written. */
export const mountsOf = ({
  mounts = {},
}: Pick<ProcessConfig, 'mounts'>): readonly (readonly [string, string])[] => definedEntries(mounts);

/**
 * Whether a mount takes a mount namespace: at an absolute path outside the config's folder, where a symlink would stand
 * in the way of the whole machine.
 */
export const isPrivateMount = (path: string, folder: string): boolean =>
  isAbsolute(path) && !isWithin(path, folder);

/** Both absolute; a folder lies within itself. */
export const isWithin = (path: string, folder: string): boolean => {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
};

/** Keys may hold `undefined`, as in `{ redis: isLocal ? 'ready' : undefined }`: such a key is not there. */
const definedEntries = <Value>(
  record: Readonly<Record<string, Value | undefined>>,
): readonly (readonly [string, Value])[] =>
  Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined);

/**
 * What each process depends on. The primary that says nothing depends on every init task and sidecar, but for those
 * that wait for it themselves, at whatever remove, and those that are started by hand.
 */
export const dependenciesByProcess = (
  config: PodConfig,
): ReadonlyMap<string, readonly DeclaredDependency[]> => {
  const processes = declaredProcesses<ProcessConfig>(config);
  const roles = rolesOf(processes);
  const dependencies = new Map(
    processes.map((process) => [process.name, explicitDependencies(process, roles)] as const),
  );
  if (config.primary.dependsOn !== undefined) return dependencies;
  const primary = primaryName(config);
  const waiting = dependentsOf(primary, dependencies);
  const awaited = processes.filter(
    ({ name, fields }) => name !== primary && !waiting.has(name) && fields.autostart !== false,
  );
  const path = ['primary', 'dependsOn'];
  return dependencies.set(
    primary,
    awaited.map(({ name }) => dependency(name, {}, path, roles)),
  );
};

export const rolesOf = (processes: readonly DeclaredProcess<unknown>[]): ReadonlyMap<string, Role> =>
  new Map(processes.map(({ name, role }) => [name, role]));

const dependency = (
  process: string,
  { condition, restart = false, required = true }: DependencyConfig,
  path: FieldPath,
  roles: ReadonlyMap<string, Role>,
): DeclaredDependency => ({
  process,
  condition: condition ?? (roles.get(process) === 'init' ? 'completed' : 'ready'),
  restart,
  required,
  path,
});

/** All that depend on `target`, directly or through others. */
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
