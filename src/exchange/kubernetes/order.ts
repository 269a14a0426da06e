import type { Losses } from '../form/losses.ts';
import type { Process } from './export-options.ts';

/** What stands in front of the primary of a part: it depends on it. */
export const inFrontOf = (processes: readonly Process[]): readonly Process[] => {
  const primaries = new Set(processes.filter(({ role }) => role === 'primary').map(({ name }) => name));
  return processes.filter(({ dependsOn }) => dependsOn.some(({ process }) => primaries.has(process)));
};

/** Sidecars that others wait for. One that waits for the primary itself stands in front of it, and nobody waits for it. */
export const gatesOf = (processes: readonly Process[]): ReadonlySet<string> => {
  const inFront = inFrontOf(processes);
  const awaited = new Set(
    processes.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ condition }) => condition === 'ready').map(({ process }) => process),
    ),
  );
  const gates = processes.filter(
    (process) => process.role !== 'primary' && awaited.has(process.name) && !inFront.includes(process),
  );
  return new Set(gates.map(({ name }) => name));
};

/** What a process waits for in vain, or without need. */
export const reportOrder = (
  { name, dependsOn }: Process,
  processes: readonly Process[],
  losses: Losses,
): void => {
  const lost = losses.of(name);
  for (const { process, restart, required } of dependsOn) {
    const role = processes.find((other) => other.name === process)?.role;
    if (role === undefined)
      lost(
        `no workload of Kubernetes waits for another one; it has to bear that ${process} is not there`,
        'dependsOn',
      );
    if (role === 'primary')
      lost(`a sidecar of Kubernetes starts before ${process}, and waits for nothing of it`, 'dependsOn');
    if (restart) lost(`a kubelet restarts nothing along with ${process}`, `dependsOn.${process}.restart`);
    if (!required) lost(`a kubelet waits for ${process} without end`, `dependsOn.${process}.required`);
  }
};
