import type { EnvSpec, PortSpec, ProvidedVariable } from '../../model/pod-spec.ts';
import type { AddressOf, Consumer } from './address-of.ts';
import type { AppInstance } from './app-instances.ts';
import type { DeclaredProcess } from './component.ts';
import { filePaths, type WithFiles } from './resolve-files.ts';
import type { Scope, ScopeDetour } from './scope.ts';

type Injected = Pick<EnvSpec, 'services' | 'withoutServices' | 'injected'>;
type Owned = WithFiles & Pick<DeclaredProcess, 'app' | 'scope' | 'origin'> & { readonly fields: OfImage };

/** It is set for a process that runs in a container. */
interface OfImage {
  readonly image?: unknown;
}

interface InjectedValues {
  /** Ports by process. */
  readonly ports: ReadonlyMap<string, readonly PortSpec[]>;
  readonly volumes: ReadonlyMap<string, string>;
  readonly filesFolder: string;
  readonly addressOf: AddressOf;
}

/** The service variables of one scope, which all its processes of one kind share. */
interface Services {
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the variables by the process that they describe. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/**
 * The variables that describe to a process the ports and volumes in its scope: its own ports as `PORT` and
 * `PORT_<NAME>`, the others' as Kubernetes' service variables, the paths of the volumes and of its files, and its
 * app.
 *
 * A thousand processes with three ports each have 5,000 service variables: they exist once, and not once for each
 * process.
 */
export class InjectedVariables {
  readonly #ports: ReadonlyMap<string, readonly PortSpec[]>;
  readonly #volumes: ReadonlyMap<string, string>;
  readonly #filesFolder: string;
  readonly #addressOf: AddressOf;
  readonly #known: Readonly<Record<Consumer, Map<Scope, Services>>> = {
    'this-machine': new Map(),
    container: new Map(),
  };

  constructor({ ports, volumes, filesFolder, addressOf }: InjectedValues) {
    this.#ports = ports;
    this.#volumes = volumes;
    this.#filesFolder = filesFolder;
    this.#addressOf = addressOf;
  }

  of(process: Owned): Injected {
    const { name, app, scope } = process;
    const own = {
      ...(app?.isNamed === true ? appVariables(app) : {}),
      ...numbered('PORT', (this.#ports.get(name) ?? []).map(asListenedOn)),
      ...this.#fileVariables(process),
    };
    // A ready-made sidecar has all that it needs in its files. The port of another process would only restart it.
    if (process.origin !== null) return { services: {}, withoutServices: [], injected: own };
    const consumer = consumerOf(process);
    const known = this.#known[consumer];
    const services = known.get(scope) ?? this.#servicesIn(scope, consumer);
    known.set(scope, services);
    return {
      services: services.variables,
      withoutServices: services.names.get(name) ?? [],
      injected: { ...own, ...this.#volumeVariables(scope) },
    };
  }

  /** The service variables of ports that the process reaches through another one. */
  detoured(process: Pick<Owned, 'scope' | 'fields'>): EnvSpec['provided'] {
    const { scope } = process;
    const consumer = consumerOf(process);
    return Object.fromEntries(scope.detours.flatMap((detour) => this.#variablesOf(detour, scope, consumer)));
  }

  #variablesOf(
    { process, port, by, through }: ScopeDetour,
    { single }: Scope,
    consumer: Consumer,
  ): readonly (readonly [string, ProvidedVariable])[] {
    const [first] = this.#ports.get(process) ?? [];
    const way = this.#ports.get(by)?.find(({ name }) => name === through);
    if (way === undefined) throw new Error(`${by} has no port ${through}`);
    const written = [...single].filter(([, name]) => name === process).map(([name]) => name);
    return written.flatMap((name) =>
      Object.entries(serviceValues(name, [{ ...way, name: port }], consumer, this.#addressOf))
        .filter(([variable]) => first?.name === port || variable === portVariable(name, port))
        .map(([variable, value]) => [variable, { value, by }] as const),
    );
  }

  #fileVariables(process: Owned): Record<string, string> {
    const paths = filePaths(process, { filesFolder: this.#filesFolder, volumes: this.#volumes });
    return Object.fromEntries([...paths].map(([file, path]) => [fileVariable(file), path]));
  }

  #servicesIn({ single }: Scope, consumer: Consumer): Services {
    const variables: Record<string, string> = {};
    const names = new Map<string, string[]>();
    for (const [written, name] of single) {
      const own = serviceValues(written, this.#ports.get(name) ?? [], consumer, this.#addressOf);
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
      if (path !== undefined) variables[`VOLUME_${variableName(written)}`] = path;
    }
    return variables;
  }
}

const consumerOf = ({ fields }: { readonly fields: OfImage }): Consumer =>
  fields.image === undefined ? 'this-machine' : 'container';

const asListenedOn = (port: PortSpec): PortSpec => ({ ...port, port: port.target });

const appVariables = ({ name, instance }: AppInstance): Record<string, string> => ({
  SIDECARCTL_APP: name,
  SIDECARCTL_INSTANCE: String(instance),
});

const serviceValues = (
  process: string,
  ports: readonly PortSpec[],
  consumer: Consumer,
  addressOf: AddressOf,
): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const service = `${variableName(process)}_SERVICE`;
  const { host } = addressOf(first, consumer);
  return { [`${service}_HOST`]: host, ...numbered(`${service}_PORT`, ports) };
};

/** The first port gets the bare prefix, and each port its name. */
const numbered = (prefix: string, ports: readonly PortSpec[]): Record<string, string> => {
  const [first] = ports;
  if (first === undefined) return {};
  const byName = ports.map(({ name, port }) => [`${prefix}_${variableName(name)}`, String(port)]);
  return { [prefix]: String(first.port), ...Object.fromEntries(byName) };
};

/** The variable that tells a process the path of a file of its own. */
export const fileVariable = (file: string): string => `FILE_${variableName(file)}`;

const portVariable = (process: string, port: string): string =>
  `${variableName(process)}_SERVICE_PORT_${variableName(port)}`;

/** The names of the variables that tell of a process to the others, by the names of its ports. */
export const serviceVariables = (process: string, ports: readonly string[]): readonly string[] => {
  const service = `${variableName(process)}_SERVICE`;
  return ports.length === 0
    ? []
    : [`${service}_HOST`, `${service}_PORT`, ...ports.map((port) => `${service}_PORT_${variableName(port)}`)];
};

/** A name as it stands in the names of variables: `payments-api` as `PAYMENTS_API`. */
export const variableName = (name: string): string => name.toUpperCase().replaceAll(/[-.]/g, '_');
