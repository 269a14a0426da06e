import type { Process } from './pod.ts';

/** What stands in front of the primary of a part: it depends on it. */
export const inFrontOf = (processes: readonly Process[]): readonly Process[] => {
  const primaries = new Set(processes.filter(({ role }) => role === 'primary').map(({ name }) => name));
  return processes.filter(({ dependsOn }) => dependsOn.some(({ process }) => primaries.has(process)));
};

/** Milliseconds in which what others wait for has to become ready, before another tool gives it up. */
export const GATE_PATIENCE = 300_000;
