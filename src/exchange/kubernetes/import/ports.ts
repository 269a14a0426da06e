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

const HOOKS = ['postStart', 'preStop'] as const;

/** Ports that a kubelet asks the container itself at. */
const probedPorts = (container: Data): readonly DeclaredPort[] =>
  [
    ...PROBES.map((probe) => container[probe]),
    ...HOOKS.map((hook) => ({ httpGet: record(record(container['lifecycle'])[hook])['httpGet'] })),
  ].flatMap((action) => {
    const { httpGet, tcpSocket, grpc } = record(action);
    const asked = record(httpGet ?? tcpSocket ?? grpc);
    const port = number(asked['port']);
    return port === undefined || !isLocalHost(asked['host']) ? [] : [unnamedPort(port)];
  });

/** A kubelet asks the pod unless it is told another host. */
export const isLocalHost = (host: unknown): boolean =>
  host === undefined || host === null || /^(localhost|127\.0\.0\.1|::1|)$/.test(String(host));

const guessedPorts = (container: Data): readonly DeclaredPort[] => {
  const line = [...list(container['command']), ...list(container['args'])].map(String).join(' ');
  const said = portNamedIn(` ${line} `);
  return (said === undefined ? imagePorts(text(container['image']) ?? '') : [said]).map(unnamedPort);
};

export const unnamedPort = (port: number): DeclaredPort => ({
  name: '',
  number: port,
  protocol: 'tcp',
  onHost: undefined,
});

/** A port as a process declares it, by the port of its container. */
export type PublishedPorts = ReadonlyMap<DeclaredPort, Value>;

interface Publishing {
  readonly port: DeclaredPort;
  /** True if its number does not matter: it is not asked for, or each of several instances needs one. */
  readonly isAny: boolean;
}

/** The numbers that this machine gives to ports of containers. */
export const publishedPorts = (ports: readonly Publishing[]): PublishedPorts => {
  const taken = new Set<string>();
  return new Map(ports.map(({ port, isAny }) => [port, published(port, isAny, taken)]));
};

/** The number of the container if it is free and needs no rights; else a free one. */
const published = (port: DeclaredPort, isAny: boolean, taken: Set<string>): Value => {
  const free = isAny
    ? undefined
    : [port.onHost, port.number].find((candidate) => candidate !== undefined && take(candidate, port, taken));
  const udp = port.protocol === 'udp' ? { protocol: 'udp' } : {};
  if (free === port.number) return port.protocol === 'udp' ? { port: free, ...udp } : free;
  return { port: free ?? 'auto', target: port.number, ...udp };
};

const take = (candidate: number, { protocol, onHost }: DeclaredPort, taken: Set<string>): boolean => {
  const key = `${protocol} ${candidate}`;
  if (taken.has(key) || (candidate < FIRST_OPEN && candidate !== onHost)) return false;
  taken.add(key);
  return true;
};

/** Ports below are for the superuser. */
const FIRST_OPEN = 1024;
