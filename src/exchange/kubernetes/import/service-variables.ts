import { list, number, record, text } from '../../reading/read-yaml.ts';
import { type Manifests, nameOf } from './manifests.ts';
import type { Member } from './members.ts';
import type { Variables } from './references.ts';
import { targetOf } from './services.ts';

/**
 * What a kubelet tells a container of the Services that have an address: the name stands for the address, and becomes one
 * here as in any other text.
 *
 * @example // Service `api` with the port `http: 80`
 * // API_SERVICE_HOST=api API_SERVICE_PORT=80 API_SERVICE_PORT_HTTP=80
 */
export const serviceVariables = (
  { workload }: Member,
  { services, workloads }: Pick<Manifests, 'services' | 'workloads'>,
): Variables =>
  new Map(
    workload.pod['enableServiceLinks'] === false
      ? []
      : services
          .filter((service) => hasAddress(service) && targetOf(service, workloads) !== undefined)
          .flatMap(variablesOfService),
  );

const hasAddress = (service: Manifests['services'][number]): boolean => {
  const { clusterIP, type } = record(service['spec']);
  return clusterIP !== 'None' && type !== 'ExternalName';
};

const variablesOfService = (
  service: Manifests['services'][number],
): ReadonlyArray<readonly [string, readonly string[]]> => {
  const prefix = `${upper(nameOf(service))}_SERVICE`;
  const ports = list(record(service['spec'])['ports']).map(record);
  const [first] = ports.map((port) => String(number(port['port'])));
  const named = ports.flatMap((port) => {
    const name = text(port['name']);
    return name === undefined
      ? []
      : [[`${prefix}_PORT_${upper(name)}`, [String(number(port['port']))]] as const];
  });
  return [
    [`${prefix}_HOST`, [nameOf(service)]],
    ...(first === undefined ? [] : [[`${prefix}_PORT`, [first]] as const]),
    ...named,
  ];
};

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
