import type { ServiceAddress } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { PortPart } from '../../form/template.ts';
import { list, number, record, text } from '../../reading/read-yaml.ts';
import { type Manifests, nameOf, replicasOf } from './manifests.ts';
import type { Member } from './members.ts';

/** The names by which services are reached in a cluster, as one workload's containers refer to what is behind them here. */
export const serviceAddresses = (
  { services, workloads }: Manifests,
  members: readonly Member[],
  from: Member,
  lost: ReportLoss,
): readonly ServiceAddress[] =>
  services.flatMap((service) => {
    const spec = record(service['spec']);
    const selector = Object.entries(record(spec['selector']));
    const target = workloads.find(
      ({ metadata }) =>
        selector.length > 0 && selector.every(([key, value]) => record(metadata['labels'])[key] === value),
    );
    if (target === undefined) return [];
    const visible = members.filter(
      ({ workload, isApp }) => workload === target && (isApp || workload === from.workload),
    );
    const portOf = (port: number): PortPart | undefined => {
      const entry = list(spec['ports'])
        .map(record)
        .find((each) => number(each['port']) === port);
      const part = entry === undefined ? undefined : partOf(entry['targetPort'] ?? port, visible);
      if (part === undefined || target === from.workload || replicasOf(target) === 1) return part;
      lost(`it reaches the first instance of ${part.process} only`, nameOf(service));
      return { ...part, process: `${part.process}-1` };
    };
    const namespace = text(record(service['metadata'])['namespace']) ?? 'default';
    return namesOf(nameOf(service), namespace).map((name) => ({ service: name, portOf }));
  });

const namesOf = (name: string, namespace: string): readonly string[] => [
  `${name}.${namespace}.svc.cluster.local`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}`,
  name,
];

const partOf = (target: unknown, members: readonly Member[]): PortPart | undefined => {
  for (const { label, ports } of members) {
    const port = ports.find(({ name, number: own }) => name === text(target) || own === number(target));
    if (port !== undefined) return { kind: 'port', process: label, port: port.name };
  }
  return undefined;
};
