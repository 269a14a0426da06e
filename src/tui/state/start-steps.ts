import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';

/**
 * The start order in steps: one more than the latest of its dependencies. Processes are listed in start order, so the
 * steps of dependencies are known first.
 */
export const startSteps = ({ processes }: PodSnapshot): ReadonlyArray<readonly ProcessSnapshot[]> => {
  const steps = new Map<string, number>();
  for (const { name, dependsOn } of processes)
    steps.set(name, Math.max(-1, ...dependsOn.map(({ process }) => steps.get(process) ?? -1)) + 1);
  const last = Math.max(0, ...steps.values());
  return Array.from({ length: last + 1 }, (_, step) =>
    processes.filter(({ name }) => steps.get(name) === step),
  );
};
