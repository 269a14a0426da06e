import type { PortSpec } from '../core/pod-spec.ts';

/**
 * What every process is told of the pod's ports and volumes: its own ports as `PORT` and `PORT_<NAME>`, the others' as
 * Kubernetes' service variables, and the volumes' paths.
 */
export const injectedVariables = (
  process: string,
  ports: ReadonlyMap<string, readonly PortSpec[]>,
  volumes: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> => {
  const variables: Record<string, string> = {};
  for (const [name, list] of ports) {
    Object.assign(variables, name === process ? ownVariables(list) : serviceVariables(name, list));
  }
  for (const [name, path] of volumes) variables[`VOLUME_${upper(name)}`] = path;
  return variables;
};

const ownVariables = (ports: readonly PortSpec[]): Record<string, string> => numbered('PORT', ports);

const serviceVariables = (process: string, ports: readonly PortSpec[]): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const service = `${upper(process)}_SERVICE`;
  return { [`${service}_HOST`]: reachableHost(first.host), ...numbered(`${service}_PORT`, ports) };
};

/** The first port under the bare prefix, each under its name. */
const numbered = (prefix: string, ports: readonly PortSpec[]): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const byName = ports.map(({ name, port }) => [`${prefix}_${upper(name)}`, String(port)]);
  return { [prefix]: String(first.port), ...Object.fromEntries(byName) };
};

/** Where a client on this machine reaches what is bound to `host`: a wildcard address is not one to connect to. */
export const reachableHost = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
