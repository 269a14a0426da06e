import type { ProcessSpec } from '../model/pod-spec.ts';

/** The dependencies between processes, computed once for each set of specs. */
export interface StartGraph {
  /** Direct dependents that restart along with the key. */
  readonly restartsWith: ReadonlyMap<string, readonly string[]>;
  /** Processes that must be gone before the key gets its stop signal: the start order reversed. */
  readonly stopsAfter: ReadonlyMap<string, readonly string[]>;
}

type Specs = readonly ProcessSpec[];

/** `primaries`: those of the current config. */
export const startGraphOf = (specs: Specs, primaries: readonly string[]): StartGraph => {
  let stopsAfter: Edges | null = null;
  return {
    restartsWith: directDependents(specs, (dependency) => dependency.restart),
    // Nobody asks before a stop, and it takes a millisecond of a start of thirty processes.
    get stopsAfter() {
      stopsAfter ??= withUsers(
        stopOrder(
          specs,
          primaries,
          directDependents(specs, () => true),
        ),
        specs,
      );
      return stopsAfter;
    },
  };
};

type Edges = ReadonlyMap<string, readonly string[]>;

const directDependents = (
  specs: Specs,
  counts: (dependency: ProcessSpec['dependsOn'][number]) => boolean,
): Edges => {
  const edges = new Map<string, string[]>(specs.map(({ name }) => [name, []]));
  for (const process of specs) {
    for (const dependency of process.dependsOn.filter(counts))
      edges.get(dependency.process)?.push(process.name);
  }
  return edges;
};

/**
 * The sidecars of an app stop after its primary, and shared ones after all apps and their processes, even if nothing
 * there depends on them. Processes that depend on the primary stop before it.
 */
const stopOrder = (specs: Specs, primaries: readonly string[], dependents: Edges): Edges => {
  const ofApps = specs.filter(({ name, app }) => app !== null || primaries.includes(name));
  const above = new Map(ofApps.map(({ name }) => [name, reachable(dependents, name)]));
  const isPrimary = (name: string) =>
    primaries.includes(name) || ofApps.some(({ app }) => app?.primary === name);
  const inFront = new Set([...above].flatMap(([name, names]) => (isPrimary(name) ? [...names] : [])));
  const onApps = new Set([...above.values()].flatMap((names) => [...names]));
  const order = new Map<string, readonly string[]>();
  for (const { name, role, app } of specs) {
    const first = reachable(dependents, name);
    if (role === 'sidecar' && !(app === null ? onApps : inFront).has(name)) {
      for (const [other, names] of above) {
        if (app === null || app.primary === other) addAll(first, [other, ...names]);
      }
    }
    // Between two configs, a running process and its successor may depend on each other; no process waits for itself.
    first.delete(name);
    order.set(name, [...first]);
  }
  return order;
};

/** Who uses a process stops before it, too, unless that leads in a circle. */
const withUsers = (order: Edges, specs: Specs): Edges => {
  const users = usersOf(specs);
  if (users.size === 0) return order;
  const all = joined(order, users);
  const kept = [...users].map(
    ([name, using]) => [name, using.filter((user) => !reachable(all, user).has(name))] as const,
  );
  return joined(order, new Map(kept));
};

const usersOf = (specs: Specs): Edges => {
  const users = new Map<string, string[]>();
  for (const { name, uses } of specs)
    for (const used of uses) users.set(used, [...(users.get(used) ?? []), name]);
  return users;
};

const joined = (order: Edges, more: Edges): Edges =>
  new Map([...order].map(([name, names]) => [name, [...new Set([...names, ...(more.get(name) ?? [])])]]));

const addAll = (set: Set<string>, names: readonly string[]): void => {
  for (const name of names) set.add(name);
};

const reachable = (edges: Edges, from: string): Set<string> => {
  const found = new Set<string>();
  const open = [...(edges.get(from) ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(edges.get(name) ?? []));
  }
  return found;
};
