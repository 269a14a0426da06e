import type { Process } from '../../export/pod.ts';
import { checkedBy } from './healthcheck.ts';

/** Processes that others wait for until Compose takes them for healthy. */
export const awaitedIn = (processes: readonly Process[]): ReadonlySet<string> => {
  const all = new Map(processes.map((process) => [process.name, process]));
  const awaited = processes.flatMap(({ dependsOn }) =>
    dependsOn.filter(({ process, condition }) => waitsForHealth(all.get(process), condition)),
  );
  return new Set(awaited.map(({ process }) => process));
};

/** Compose has no other word for a process that is started than that it runs. */
export const waitsForHealth = (
  other: Process | undefined,
  condition: Process['dependsOn'][number]['condition'],
): boolean => {
  if (other === undefined || checkedBy(other) === null) return false;
  return (
    condition === 'ready' || (condition === 'started' && other.startup !== null && other.readiness === null)
  );
};
