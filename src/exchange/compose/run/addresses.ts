import type { Fields, Value } from '../../form/found-pod.ts';
import { portsNamedIn, type ServiceAddress, withLocalAddresses, withLocalHosts } from '../../form/hosts.ts';
import { type PortPart, Template } from '../../form/template.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import type { ComposePort } from '../ports.ts';
import { serviceOf } from './dependencies.ts';
import { tcpPort } from './ports.ts';

/** Name by which a container reaches this machine. */
const HOST = 'host.docker.internal';

/** What other services call a service. */
const namesOf = (name: string, service: Data): readonly string[] => {
  const aliases = Object.values(record(service['networks'])).flatMap((network) =>
    list(record(network)['aliases']).map(String),
  );
  const own = [text(service['container_name']), text(service['hostname'])];
  return [...new Set([name, ...own.filter((each) => each !== undefined), ...aliases])];
};

const LOOPBACK = ['localhost', '127.0.0.1'];

/** A service by the names that it has for another one. */
interface Named {
  readonly name: string;
  readonly service: string;
}

export class Names {
  readonly #services: ReadonlyMap<string, Data>;
  readonly #shared: readonly Named[];

  constructor(services: ReadonlyMap<string, Data>) {
    this.#services = services;
    this.#shared = [...services].flatMap(([service, data]) =>
      namesOf(service, data).map((name) => ({ name, service })),
    );
  }

  /** Names that a service can use. Within a network that it shares, loopback is the other's as well. */
  of(service: string): readonly Named[] {
    const data = this.#services.get(service) ?? {};
    const links = list(data['links']).map((link) => {
      const [linked = '', alias = linked] = String(link).split(':');
      return { name: alias, service: linked };
    });
    const other = serviceOf(data['network_mode']);
    const loopback = other === undefined ? [] : LOOPBACK.map((name) => ({ name, service: other }));
    return [...links, ...loopback, ...this.#shared];
  }

  /** Ports of a service that texts of others name, without having been declared. */
  portsIn(texts: ReadonlyMap<string, readonly string[]>, service: string): readonly ComposePort[] {
    const asked = [...texts].flatMap(([other, each]) =>
      this.of(other)
        .filter((named) => named.service === service && other !== service && !LOOPBACK.includes(named.name))
        .flatMap(({ name }) => each.flatMap((content) => portsNamedIn(content, name))),
    );
    return [...new Set(asked)].filter((port) => port > 0 && port < 65_536).map(tcpPort);
  }
}

/** Texts of one service, with the addresses of the others as they are here. */
export class Rewriter {
  readonly #addresses: readonly ServiceAddress[];

  constructor(names: readonly Named[], portOf: (service: string, port: number) => PortPart | undefined) {
    this.#addresses = names.map(({ name, service }) => ({
      service: name,
      portOf: (port) => portOf(service, port),
    }));
  }

  variables(env: Fields): Fields {
    const local = withLocalHosts(env, this.#addresses, HOST);
    return Object.fromEntries(Object.entries(local).map(([name, value]) => [name, this.#anywhere(value)]));
  }

  text(content: string): Value {
    return withLocalAddresses(content, this.#addresses, HOST);
  }

  #anywhere(value: Value | undefined): Value | undefined {
    if (typeof value === 'string') return this.text(value);
    if (!(value instanceof Template)) return value;
    return new Template(
      value.parts.flatMap((part) => {
        const changed = typeof part === 'string' ? this.text(part) : part;
        if (changed instanceof Template) return changed.parts;
        return typeof changed === 'string' ? [changed] : [part];
      }),
    );
  }
}
