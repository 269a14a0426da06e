import { type PodSpec, type ProcessSpec, primaryOf } from './pod-spec.ts';

/** Who waits for whom, worked out once for a spec. */
export interface StartGraph {
  /** Direct dependents that follow a restart of the key. */
  readonly restartsWith: ReadonlyMap<string, readonly string[]>;
  /** What must be gone before the key gets its stop signal: the start order reversed. */
  readonly stopsAfter: ReadonlyMap<string, readonly string[]>;
}

export const startGraphOf = (spec: PodSpec): StartGraph => {
  const dependents = directDependents(spec, () => true);
  return {
    restartsWith: directDependents(spec, (dependency) => dependency.restart),
    stopsAfter: stopOrder(spec, dependents),
  };
};

type Edges = ReadonlyMap<string, readonly string[]>;

const directDependents = (
  spec: PodSpec,
  counts: (dependency: ProcessSpec['dependsOn'][number]) => boolean,
): Edges => {
  const edges = new Map<string, string[]>([...spec.processes.keys()].map((name) => [name, []]));
  for (const process of spec.processes.values()) {
    for (const dependency of process.dependsOn.filter(counts))
      edges.get(dependency.process)?.push(process.name);
  }
  return edges;
};

/** Sidecars stop after the primary even where it does not depend on them, unless they depend on it. */
const stopOrder = (spec: PodSpec, dependents: Edges): Edges => {
  const primary = primaryOf(spec).name;
  const afterPrimary = reachable(dependents, primary);
  const order = new Map<string, readonly string[]>();
  for (const process of spec.processes.values()) {
    const above = reachable(dependents, process.name);
    if (process.role === 'sidecar' && !afterPrimary.has(process.name)) {
      above.add(primary);
      for (const name of afterPrimary) above.add(name);
    }
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
