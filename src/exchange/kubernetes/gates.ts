import type { Process } from '../export/pod.ts';

/**
 * How a sidecar holds up what starts after it, the primary included. `ready`: others wait until it is ready. `started`: a
 * kubelet starts nothing before it has started. `never`: the primary does not wait for it, and it may wait for the primary,
 * so it holds up nothing.
 */
export type Gate = 'ready' | 'started' | 'never';

export const gatesOf = (processes: readonly Process[]): ReadonlyMap<string, Gate> => {
  const primaries = processes.filter(({ role }) => role === 'primary');
  const before = primaries.length === 0 ? processes : awaitedBy(primaries, processes);
  const awaited = new Set(
    processes.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ condition }) => condition === 'ready').map(({ process }) => process),
    ),
  );
  const gateOf = (process: Process): Gate => {
    if (!before.includes(process)) return 'never';
    return awaited.has(process.name) ? 'ready' : 'started';
  };
  return new Map(processes.map((process) => [process.name, gateOf(process)]));
};

/** These, and all that they wait for, themselves or by way of others. */
const awaitedBy = (some: readonly Process[], all: readonly Process[]): readonly Process[] => {
  const found = new Set<Process>();
  const open = [...some];
  for (let process = open.pop(); process !== undefined; process = open.pop()) {
    if (found.has(process)) continue;
    found.add(process);
    const names = new Set(process.dependsOn.map((each) => each.process));
    open.push(...all.filter(({ name }) => names.has(name)));
  }
  return [...found];
};
