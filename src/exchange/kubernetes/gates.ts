import type { Process } from '../export/pod.ts';

/**
 * How a sidecar holds up what starts after it. `ready`: others wait until it is ready. `started`: a kubelet starts nothing
 * before it has started. `never`: it waits for the primary, itself or by way of others, so nothing can wait for it.
 */
export type Gate = 'ready' | 'started' | 'never';

/** The gates of a part's processes, which are in the order of their start. */
export const gatesOf = (processes: readonly Process[]): ReadonlyMap<string, Gate> => {
  const late = afterPrimary(processes);
  const awaited = new Set(
    processes.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ condition }) => condition === 'ready').map(({ process }) => process),
    ),
  );
  const gateOf = (name: string): Gate => {
    if (late.has(name)) return 'never';
    return awaited.has(name) ? 'ready' : 'started';
  };
  return new Map(processes.map(({ name }) => [name, gateOf(name)]));
};

/** What depends on the primary, or on something that does. */
const afterPrimary = (processes: readonly Process[]): ReadonlySet<string> => {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const { name, role, dependsOn } of processes) {
    if (role === 'primary') before.add(name);
    else if (dependsOn.some(({ process }) => before.has(process) || after.has(process))) after.add(name);
  }
  return after;
};
