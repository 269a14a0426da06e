import type { EnvSpec, PortSpec } from '../../model/pod-spec.ts';
import type { AddressOf } from './address-of.ts';
import type { AppInstance } from './app-instances.ts';
import type { DeclaredProcess } from './declared.ts';
import type { Scope } from './scope.ts';

type Injected = Pick<EnvSpec, 'services' | 'withoutServices' | 'injected'>;
type Owned = Pick<DeclaredProcess, 'name' | 'app' | 'scope'>;

/** The service variables of one scope, which all its processes share. */
interface Services {
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the variables by the process that they describe. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/**
 * The variables that describe to a process the ports and volumes in its scope: its own ports as `PORT` and
 * `PORT_<NAME>`, the others' as Kubernetes' service variables, the volumes' paths, and its app.
 *
 * A thousand processes with three ports each have 5,000 service variables: they exist once, and not once for each
 * process.
 */
export class InjectedVariables {
  readonly #ports: ReadonlyMap<string, readonly PortSpec[]>;
  readonly #volumes: ReadonlyMap<string, string>;
  readonly #addressOf: AddressOf;
  readonly #known = new Map<Scope, Services>();

  constructor(
    ports: ReadonlyMap<string, readonly PortSpec[]>,
    volumes: ReadonlyMap<string, string>,
    addressOf: AddressOf,
  ) {
    this.#ports = ports;
    this.#volumes = volumes;
    this.#addressOf = addressOf;
  }

  of({ name, app, scope }: Owned): Injected {
    const services = this.#known.get(scope) ?? this.#servicesIn(scope);
    this.#known.set(scope, services);
    return {
      services: services.variables,
      withoutServices: services.names.get(name) ?? [],
      injected: {
        ...(app?.isNamed === true ? appVariables(app) : {}),
        ...numbered('PORT', this.#ports.get(name) ?? []),
        ...this.#volumeVariables(scope),
      },
    };
  }

  #servicesIn({ single }: Scope): Services {
    const variables: Record<string, string> = {};
    const names = new Map<string, string[]>();
    for (const [written, name] of single) {
      const own = serviceVariables(written, this.#ports.get(name) ?? [], this.#addressOf);
      Object.assign(variables, own);
      const known = names.get(name) ?? [];
      known.push(...Object.keys(own));
      names.set(name, known);
    }
    return { variables, names };
  }

  #volumeVariables({ volumes }: Scope): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const [written, name] of volumes) {
      const path = this.#volumes.get(name);
      if (path !== undefined) variables[`VOLUME_${upper(written)}`] = path;
    }
    return variables;
  }
}

const appVariables = ({ name, instance }: AppInstance): Record<string, string> => ({
  SIDECARCTL_APP: name,
  SIDECARCTL_INSTANCE: String(instance),
});

const serviceVariables = (
  process: string,
  ports: readonly PortSpec[],
  addressOf: AddressOf,
): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const service = `${upper(process)}_SERVICE`;
  const { host } = addressOf(first, 'this-machine');
  return { [`${service}_HOST`]: host, ...numbered(`${service}_PORT`, ports) };
};

/** The first port gets the bare prefix, and each port its name. */
const numbered = (prefix: string, ports: readonly PortSpec[]): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const byName = ports.map(({ name, port }) => [`${prefix}_${upper(name)}`, String(port)]);
  return { [prefix]: String(first.port), ...Object.fromEntries(byName) };
};

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
