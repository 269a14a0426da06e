import type { Process } from '../export/pod.ts';
import type { Losses } from '../form/losses.ts';
import { gatesOf } from './gates.ts';

/** What a process waits for in vain, or without need. */
export const reportOrder = (
  { name, dependsOn }: Process,
  processes: readonly Process[],
  losses: Losses,
): void => {
  const lost = losses.of(name);
  const gates = gatesOf(processes);
  for (const { process, restart, required } of dependsOn) {
    const role = processes.find((other) => other.name === process)?.role;
    if (role === undefined)
      lost(
        `no workload of Kubernetes waits for another one; it has to bear that ${process} is not there`,
        'dependsOn',
      );
    if (role === 'primary')
      lost(`a sidecar of Kubernetes starts before ${process} and stops after it`, 'dependsOn');
    else if (gates.get(process) === 'never')
      lost(`nothing can wait for ${process}, for which the primary does not wait`, 'dependsOn');
    if (restart) lost(`a kubelet restarts nothing along with ${process}`, `dependsOn.${process}.restart`);
    if (!required) lost(`a kubelet waits for ${process} without end`, `dependsOn.${process}.required`);
  }
};
