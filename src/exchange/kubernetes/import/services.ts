import type { ServiceAddress } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { PortPart } from '../../form/template.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import { type Manifests, nameOf, replicasOf, type Workload } from './manifests.ts';
import type { Member } from './members.ts';
import type { DeclaredPort, PublishedPorts } from './ports.ts';

export interface ServiceContext {
  readonly manifests: Manifests;
  readonly members: readonly Member[];
  readonly published: PublishedPorts;
  /** The container that asks. */
  readonly from: Member;
  readonly lost: ReportLoss;
}

/** The names by which services are reached in a cluster, as a container refers to what is behind them here. */
export const serviceAddresses = (context: ServiceContext): readonly ServiceAddress[] =>
  context.manifests.services.flatMap((service) => {
    const target = targetOf(service, context.manifests.workloads);
    return target === undefined
      ? []
      : [...podAddresses(service, target, context), ...ownAddresses(service, target, context)];
  });

export const targetOf = (service: Data, workloads: readonly Workload[]): Workload | undefined => {
  const selector = Object.entries(record(record(service['spec'])['selector']));
  return workloads.find(
    ({ metadata }) =>
      selector.length > 0 && selector.every(([key, value]) => record(metadata['labels'])[key] === value),
  );
};

const ownAddresses = (
  service: Data,
  target: Workload,
  context: ServiceContext,
): readonly ServiceAddress[] => {
  const portOf = (port: number): PortPart | number | undefined => {
    const found = portBehind(service, port, target, context);
    if (typeof found !== 'object' || target === context.from.workload || replicasOf(target) === 1)
      return found;
    context.lost(`it reaches the first instance of ${found.process} only`, nameOf(service));
    return { ...found, process: `${found.process}-1` };
  };
  return namesOf(nameOf(service), service).map((name) => ({ service: name, portOf }));
};

/** Each pod of a StatefulSet has a name below that of its service. */
const podAddresses = (
  service: Data,
  target: Workload,
  context: ServiceContext,
): readonly ServiceAddress[] => {
  if (target.kind !== 'StatefulSet') return [];
  const replicas = replicasOf(target);
  return Array.from({ length: replicas }, (_, index) => {
    const portOf = (port: number): PortPart | number | undefined => {
      const found = portBehind(service, port, target, context);
      const isNumbered = replicas > 1 && target !== context.from.workload;
      return typeof found === 'object' && isNumbered
        ? { ...found, process: `${found.process}-${index + 1}` }
        : found;
    };
    return namesOf(`${target.name}-${index}.${nameOf(service)}`, service).map((name) => ({
      service: name,
      portOf,
    }));
  }).flat();
};

const namesOf = (name: string, service: Data): readonly string[] => {
  const namespace = text(record(service['metadata'])['namespace']) ?? 'default';
  return [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`, name];
};

/** The port of a container behind a port of a service; one without an address of its own has those of its pods. */
const portBehind = (
  service: Data,
  port: number,
  target: Workload,
  { members, published, from }: ServiceContext,
): PortPart | number | undefined => {
  const { ports, clusterIP } = record(service['spec']);
  const entry = list(ports)
    .map(record)
    .find((each) => number(each['port']) === port);
  if (entry === undefined && clusterIP !== 'None') return undefined;
  const behind = clusterIP === 'None' ? port : (entry?.['targetPort'] ?? port);
  for (const member of members.filter(({ workload }) => workload === target)) {
    const own = member.ports.find(
      ({ name, number: each }) => name === text(behind) || each === number(behind),
    );
    if (own !== undefined) return referenceTo(member, own, from, published);
  }
  return undefined;
};

/** Only the main container of another workload has a name here; any other has its number. */
const referenceTo = (
  member: Member,
  port: DeclaredPort,
  from: Member,
  published: PublishedPorts,
): PortPart | number | undefined => {
  if (member.isApp || member.workload === from.workload)
    return { kind: 'port', process: member.label, port: port.name };
  const number = published.get(port);
  return typeof number === 'number' ? number : undefined;
};
