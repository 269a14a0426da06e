import type { Process } from './pod.ts';

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

/** Milliseconds in which what others wait for has to become ready, before another tool gives it up. */
export const GATE_PATIENCE = 300_000;
