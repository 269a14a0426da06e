import { CONTAINER_ENGINES } from '../model/container-engines.ts';
import type { Fields, FoundPod, FoundProcess } from './form/found-pod.ts';
import { toLabels } from './form/label.ts';
import type { Loss } from './form/losses.ts';
import { mapPorts } from './form/map-ports.ts';
import type { Part, PortPart } from './form/template.ts';
import { withoutVolumesOf } from './form/unused-volumes.ts';
import type { Machine } from './reading/machine.ts';

/**
 * Leaves out containers that a machine without an engine cannot run, and on every machine those that are idle. What stays
 * finds them where Compose publishes their ports.
 */
export const withoutContainers = (pod: FoundPod, machine: Machine): FoundPod => {
  const hasEngine = CONTAINER_ENGINES.some((engine) => machine.hasProgram(engine));
  const containers = pod.processes.filter(
    ({ container }) =>
      container !== undefined && ((!hasEngine && container.stays !== true) || container.isIdle === true),
  );
  if (containers.length === 0) return pod;
  const names = new Set(containers.map(({ name }) => name));
  const labels = toLabels(pod.processes.map(({ name }) => name));
  const ports = new Map(containers.map((process) => [labels.get(process.name), portsOf(process)]));
  const processes = pod.processes.filter(({ name }) => !names.has(name));
  const published = (part: PortPart): Part => String(ports.get(part.process)?.get(part.port) ?? '') || part;
  return {
    ...pod,
    processes: processes.map((process) => ({
      ...process,
      fields: mapPorts(process.fields, published),
      dependsOn: process.dependsOn.filter((dependency) => !names.has(dependency.process)),
    })),
    fields: mapPorts(withoutVolumesOf(containers, processes, pod.fields), published),
    losses: [
      ...pod.losses.filter(({ process }) => !names.has(process ?? '')),
      ...containers.map((process) => lossOf(process)),
    ],
  };
};

/** Ports by name: what is published, or else the port in the container. */
const portsOf = ({ fields }: FoundProcess): ReadonlyMap<string, number> =>
  new Map(
    Object.entries((fields['ports'] ?? {}) as Fields).map(([name, value]) => {
      if (typeof value === 'number') return [name, value];
      const { port, target } = value as { readonly port: number | 'auto'; readonly target?: number };
      return [name, port === 'auto' ? (target ?? 0) : port];
    }),
  );

const lossOf = (process: FoundProcess): Loss => {
  const published = Object.values((process.fields['ports'] ?? {}) as Fields).flatMap((value) => {
    const port = typeof value === 'object' ? (value as Fields)['port'] : value;
    return typeof port === 'number' ? [port] : [];
  });
  const where = published.length === 0 ? '' : `, at 127.0.0.1:${published.join(', ')}`;
  return {
    process: process.name,
    field: null,
    why:
      process.container?.isIdle === true
        ? process.container.because
        : `${process.container?.because}, and no container engine is here; it can stay in Compose${where}`,
  };
};
