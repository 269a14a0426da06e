import { imagePorts } from '../../compose/image-ports.ts';
import { portNamedIn } from '../../form/command-port.ts';
import type { Value } from '../../form/found-pod.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';

/** A port that a container listens on. */
export interface DeclaredPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: 'tcp' | 'udp';
  /** Port of its node. */
  readonly onHost: number | undefined;
}

/** The ports that a container declares or is probed at, or else those of its arguments, or of its image. */
export const declaredPorts = (container: Data): readonly DeclaredPort[] => {
  const written = list(container['ports']).map(record);
  const found = [...written.flatMap(writtenPort), ...probedPorts(container)];
  const all = found.length > 0 ? found : guessedPorts(container);
  const distinct = all.filter(
    ({ number: own, protocol }, at) =>
      all.findIndex((other) => other.number === own && other.protocol === protocol) === at,
  );
  const unnamed = distinct.length === 1 ? 'main' : null;
  return distinct.map((port) => ({ ...port, name: port.name || (unnamed ?? `p${port.number}`) }));
};

const writtenPort = (port: Data): readonly DeclaredPort[] => {
  const own = number(port['containerPort']);
  if (own === undefined) return [];
  const protocol = port['protocol'] === 'UDP' ? 'udp' : 'tcp';
  return [{ name: text(port['name']) ?? '', number: own, protocol, onHost: number(port['hostPort']) }];
};

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

const probedPorts = (container: Data): readonly DeclaredPort[] =>
  PROBES.flatMap((probe) => {
    const { httpGet, tcpSocket, grpc } = record(container[probe]);
    const port = number(record(httpGet ?? tcpSocket ?? grpc)['port']);
    return port === undefined ? [] : [unnamedPort(port)];
  });

const guessedPorts = (container: Data): readonly DeclaredPort[] => {
  const line = [...list(container['command']), ...list(container['args'])].map(String).join(' ');
  const said = portNamedIn(` ${line} `);
  return (said === undefined ? imagePorts(text(container['image']) ?? '') : [said]).map(unnamedPort);
};

const unnamedPort = (port: number): DeclaredPort => ({
  name: '',
  number: port,
  protocol: 'tcp',
  onHost: undefined,
});

/** Numbers that this machine gives to ports of containers. */
export class PublishedPorts {
  readonly #taken = new Set<string>();

  /** The number of the container if it is free and needs no rights; else a free one. */
  of(port: DeclaredPort, isMany: boolean): Value {
    const free = isMany
      ? undefined
      : [port.onHost, port.number].find(
          (candidate) => candidate !== undefined && this.#take(candidate, port),
        );
    const udp = port.protocol === 'udp' ? { protocol: 'udp' } : {};
    if (free === port.number) return port.protocol === 'udp' ? { port: free, ...udp } : free;
    return { port: free ?? 'auto', target: port.number, ...udp };
  }

  #take(candidate: number, { protocol, onHost }: DeclaredPort): boolean {
    const key = `${protocol} ${candidate}`;
    if (this.#taken.has(key) || (candidate < FIRST_OPEN && candidate !== onHost)) return false;
    this.#taken.add(key);
    return true;
  }
}

/** Ports below are for the superuser. */
const FIRST_OPEN = 1024;
