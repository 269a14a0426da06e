import type { PortSpec } from '../core/pod-spec.ts';
import type { AppInstance } from './app-instances.ts';
import type { DeclaredProcess } from './declared.ts';

/**
 * What every process is told of the ports and volumes that it can name: its own ports as `PORT` and `PORT_<NAME>`, the
 * others' as Kubernetes' service variables, and the volumes' paths; and which app it belongs to.
 */
export const injectedVariables = (
  { name: own, app, scope }: Pick<DeclaredProcess, 'name' | 'app' | 'scope'>,
  ports: ReadonlyMap<string, readonly PortSpec[]>,
  volumes: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> => {
  const variables: Record<string, string> = app?.isNamed === true ? appVariables(app) : {};
  for (const [written, name] of scope.single) {
    const list = ports.get(name) ?? [];
    Object.assign(variables, name === own ? ownVariables(list) : serviceVariables(written, list));
  }
  for (const [written, name] of scope.volumes) {
    const path = volumes.get(name);
    if (path !== undefined) variables[`VOLUME_${upper(written)}`] = path;
  }
  return variables;
};

const appVariables = ({ name, instance }: AppInstance): Record<string, string> => ({
  SIDECARCTL_APP: name,
  SIDECARCTL_INSTANCE: String(instance),
});

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
