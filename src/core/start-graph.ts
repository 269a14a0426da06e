import type { ProcessSpec } from './pod-spec.ts';

/** Who waits for whom, worked out once for the specs that are in force. */
export interface StartGraph {
  /** Direct dependents that follow a restart of the key. */
  readonly restartsWith: ReadonlyMap<string, readonly string[]>;
  /** What must be gone before the key gets its stop signal: the start order reversed. */
  readonly stopsAfter: ReadonlyMap<string, readonly string[]>;
}

type Specs = readonly ProcessSpec[];

export const startGraphOf = (specs: Specs, primary: string): StartGraph => {
  const dependents = directDependents(specs, () => true);
  return {
    restartsWith: directDependents(specs, (dependency) => dependency.restart),
    stopsAfter: stopOrder(specs, primary, dependents),
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

/** Sidecars stop after the primary even where it does not depend on them, unless they depend on it. */
const stopOrder = (specs: Specs, primary: string, dependents: Edges): Edges => {
  const afterPrimary = reachable(dependents, primary);
  const order = new Map<string, readonly string[]>();
  for (const process of specs) {
    const above = reachable(dependents, process.name);
    if (process.role === 'sidecar' && !afterPrimary.has(process.name)) {
      above.add(primary);
      for (const name of afterPrimary) above.add(name);
    }
    // Between two configs, what runs and what is to run may stand on each other: nothing waits for itself.
    above.delete(process.name);
    order.set(process.name, [...above]);
  }
  return order;
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
