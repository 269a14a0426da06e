import type { FieldPath } from '../../../model/failures/config-problem.ts';
import { isMap } from '../../reading/merge.ts';
import { type Data, list, number, text } from '../../reading/read-yaml.ts';
import type { Dockerfile } from '../dockerfile.ts';
import { imagePorts } from '../image-ports.ts';
import { type ComposePort, parseRange, portsOf } from '../ports.ts';

/** A port of a container, with its name in the config. */
export interface RunPort extends ComposePort {
  readonly name: string;
}

export interface DeclaredPorts {
  /** In the order in which they are written. */
  readonly ports: readonly ComposePort[];
  /** True if it asks for another address of this machine than loopback. */
  readonly asksForOthers: boolean;
}

/** More ports than these are a mistake, or would each take a relay on this machine. */
const MOST = 200;

/** Reads `ports`, and reports what is none. */
export const readDeclared = (
  service: Data,
  onProblem: (field: FieldPath, why: string) => void,
): DeclaredPorts => {
  const read = list(service['ports']).map((entry, at) =>
    isMap(entry)
      ? longPorts(entry, (why) => onProblem(['ports', at], why))
      : shortPorts(text(entry) ?? '', (why) => onProblem(['ports', at], why)),
  );
  return {
    ports: read.flatMap(({ ports }) => ports),
    asksForOthers: read.some(({ host }) => host !== undefined && !LOOPBACK.test(host)),
  };
};

const LOOPBACK = /^(127\.|localhost$|\[?::1\]?$)/;

interface Read {
  readonly ports: readonly ComposePort[];
  readonly host?: string | undefined;
}

const NONE: Read = { ports: [] };

const shortPorts = (entry: string, onProblem: (why: string) => void): Read => {
  const range = parseRange(entry);
  if (range === null) {
    onProblem(`'${entry}' is no port: write 8080:80, or 80 for any port of this machine`);
    return NONE;
  }
  if (range.count < 1 || range.count > MOST) {
    onProblem(`'${entry}' is a range of ${range.count} ports, and 1 to ${MOST} are possible`);
    return NONE;
  }
  const ports = portsOf(range);
  const wrong = ports.flatMap(({ port, published }) => [port, published ?? 1]).find((port) => !isPort(port));
  if (wrong === undefined) return { ports, host: range.host };
  onProblem(`${wrong} is no port: they are 1 to 65535`);
  return NONE;
};

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

const longPorts = (entry: Data, onProblem: (why: string) => void): Read => {
  const target = number(entry['target']);
  if (target === undefined) {
    onProblem('a port needs its target: the number that the container listens on');
    return NONE;
  }
  const published = text(entry['published']) ?? '';
  const protocol = text(entry['protocol']) === 'udp' ? '/udp' : '';
  // Of a range, the engine may choose any.
  const wanted = published.includes('-') ? '' : published;
  const { ports } = shortPorts(`${wanted === '' ? '' : `${wanted}:`}${target}${protocol}`, onProblem);
  return { ports, host: text(entry['host_ip']) };
};

/** Ports that a container listens on without publishing them: those of `expose`, of its Dockerfile, of a known image. */
export const unpublished = (
  service: Data,
  dockerfile: Dockerfile | null,
  onProblem: (field: FieldPath, why: string) => void,
): readonly ComposePort[] => {
  const exposed = list(service['expose']).flatMap((entry, at) => {
    const { ports } = shortPorts(text(entry) ?? '', (why) => onProblem(['expose', at], why));
    return ports.map((port) => ({ ...port, published: null }));
  });
  const ofImage = dockerfile === null ? imagePorts(text(service['image']) ?? '') : [];
  return [...exposed, ...(dockerfile?.ports ?? []), ...ofImage.map(tcpPort)];
};

export const tcpPort = (port: number): ComposePort => ({ port, published: null, protocol: 'tcp' });

/** Each port once, named by its number, or `main` if there is one only. */
export const namedPorts = (ports: readonly ComposePort[]): readonly RunPort[] => {
  const distinct = ports.filter((port, at) => ports.findIndex((other) => isSame(port, other)) === at);
  if (distinct.length === 1) return distinct.map((port) => ({ ...port, name: 'main' }));
  return distinct.map((port, at) => {
    const before = distinct.slice(0, at).filter((other) => other.port === port.port);
    const other = before.length === 0 ? '' : `-${port.protocol === 'udp' ? 'udp' : port.published}`;
    return { ...port, name: `p${port.port}${other}` };
  });
};

/** One that is not published says nothing more than one that is. */
const isSame = (one: ComposePort, other: ComposePort): boolean =>
  one.port === other.port &&
  one.protocol === other.protocol &&
  (one.published === other.published || one.published === null);
