import type { VolumeOwners } from '../../export/parts.ts';
import type { Pod, Process } from '../../export/pod.ts';

/**
 * A pod in which each instance of an app with sidecars, init tasks or volumes of its own is an app of its own: Compose can run a
 * service several times, but no group of services, and with the same volumes.
 */
export const withSeparateInstances = (pod: Pod, owners: VolumeOwners): Pod => {
  const withVolumes = new Set(owners.values());
  const members = Map.groupBy(pod.processes.values(), ({ app }) => app?.primary ?? null);
  const separate = ({ app }: Process): Process['app'] => {
    if (app === null) return null;
    const isAlone = members.get(app.primary)?.length === 1 && !withVolumes.has(app.primary);
    return isAlone ? app : { ...app, name: app.primary };
  };
  return {
    ...pod,
    processes: new Map(
      [...pod.processes].map(([name, process]) => [name, { ...process, app: separate(process) }]),
    ),
  };
};
