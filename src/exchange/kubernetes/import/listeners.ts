import { imagePorts } from '../../compose/image-ports.ts';
import { portNamedIn } from '../../form/command-port.ts';
import { list, number, record, text } from '../../reading/read-yaml.ts';
import type { Contents, Manifests } from './manifests.ts';
import type { Member } from './members.ts';
import { type DeclaredPort, unnamedPort } from './ports.ts';

export interface Listening {
  readonly members: readonly Member[];
  /** What was assumed, one sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * Finds who listens on ports that others of a pod ask for at localhost, and that nobody declares: in Kubernetes a
 * `containerPort` only informs. A port that another container says it listens on is that container's, whoever declares it.
 */
export const withListeners = (members: readonly Member[], manifests: Manifests): Listening => {
  const assumptions: string[] = [];
  let all = members;
  for (const { member, port } of askedPorts(members, manifests)) {
    const pod = all.filter(({ workload }) => workload === member.workload);
    const asking = pod.find(({ name }) => name === member.name) ?? member;
    const declaring = pod.find(({ ports }) => ports.some((each) => each.number === port));
    const listener = listenerOf(port, asking, pod, manifests);
    if (listener === null || listener === declaring) continue;
    if (declaring !== undefined && !saysItListens(listener, port)) continue;
    all = withPort(all, listener, port, declaring);
    if (!saysItListens(listener, port))
      assumptions.push(
        `that ${listener.name} listens on ${port} is a guess: ${asking.name} asks for localhost:${port}`,
      );
  }
  return { members: all, assumptions };
};

interface Asked {
  readonly member: Member;
  readonly port: number;
}

/** Ports of the pod that texts of a container name, and those that it is probed at. */
const askedPorts = (members: readonly Member[], manifests: Manifests): readonly Asked[] =>
  members.flatMap((member) => {
    const texts = [...textsOf(member, manifests), wordsOf(member).join(' ')];
    const named = texts.flatMap((each) => [...each.matchAll(LOCAL)].map(([, port]) => Number(port)));
    const asked = [...named, ...portsBesideHosts(member), ...member.ports.map((port) => port.number)];
    return [...new Set(asked)].map((port) => ({ member, port }));
  });

/** Also `nc -z localhost 5432` and `-h localhost -p 5432`. */
const LOCAL = /(?<![\w.-])(?:localhost|127\.0\.0\.1|\[::1\])(?::|\s+|\s+(?:-p|--port)[ =])(\d{2,5})(?!\d)/g;

/** `DB_PORT` beside a `DB_HOST` that is this pod. */
const portsBesideHosts = ({ data }: Member): readonly number[] => {
  const env = new Map(
    list(data['env'])
      .map(record)
      .map(({ name, value }) => [text(name) ?? '', text(value) ?? '']),
  );
  return [...env].flatMap(([name, value]) => {
    const prefix = name.endsWith('PORT') ? name.slice(0, -'PORT'.length) : null;
    const hosts = ['HOST', 'HOSTNAME', 'SERVER', 'ADDR', 'ADDRESS'].map((host) =>
      env.get(`${prefix}${host}`),
    );
    const isLocal = hosts.some((host) => host === 'localhost' || host === '127.0.0.1');
    const port = number(value);
    return prefix !== null && isLocal && port !== undefined ? [port] : [];
  });
};

/** In the order of what speaks for a container. Null: it may be any of several, or none. */
const listenerOf = (
  port: number,
  asking: Member,
  pod: readonly Member[],
  manifests: Manifests,
): Member | null => {
  const others = pod.filter((each) => each !== asking && each.role !== 'init');
  const only = (found: readonly Member[]): Member | null => (found.length === 1 ? (found[0] ?? null) : null);
  const names = (each: Member): boolean => textsOf(each, manifests).some((line) => namesAlone(line, port));
  if (saysItListens(asking, port)) return asking;
  return (
    only(others.filter((each) => saysItListens(each, port))) ??
    pod.find(({ ports }) => ports.some((each) => each.number === port)) ??
    only(others.filter(({ data }) => imagePorts(text(data['image']) ?? '').includes(port))) ??
    only(others.filter(names)) ??
    (wordsOf(asking).some((word) => namesAlone(word, port))
      ? asking
      : (only(others.filter(isSilent)) ?? only(others.filter(isSilentMain))))
  );
};

const isSilent = ({ ports }: Member): boolean => ports.length === 0;

const isSilentMain = (member: Member): boolean => member.role === 'main' && isSilent(member);

/** The number where it is no part of a reference to localhost. */
const namesAlone = (line: string, port: number): boolean =>
  new RegExp(`(?<![\\d.])${port}(?![\\d.])`).test(line.replaceAll(LOCAL, ''));

/** A flag whose name is that of a listener's address: `--http-endpoint=localhost:29652`, `--listen :80`. */
const saysItListens = (member: Member, port: number): boolean => {
  const line = ` ${wordsOf(member).join(' ')} `;
  if (portNamedIn(line) === port) return true;
  return [...line.matchAll(LISTENING)].some(
    ([, name = '', found]) => !REFERRING.test(name) && Number(found) === port,
  );
};

/** A number, or a host with a number, and no URL. */
const LISTENING =
  /\s(--?[\w.-]*(?:listen|bind|addr|address|port|endpoint)[\w.-]*)[=\s](?:[\w.*-]*:|\[[\d:]*\]:)?(\d{2,5})(?=\s)/gi;

/** Names of what a container goes to. */
const REFERRING = /upstream|backend|target|remote|dest|server|redis|postgres|mysql|db|api|app|proxy/i;

const wordsOf = ({ data }: Member): readonly string[] =>
  [...list(data['command']), ...list(data['args'])].map(String);

/** Everything that a container is told: its command, its variables, and its files. */
const textsOf = (member: Member, { configMaps, secrets }: Manifests): readonly string[] => {
  const { data, workload } = member;
  const volumes = list(workload.pod['volumes']).map(record);
  const mounted = list(data['volumeMounts']).flatMap((mount) =>
    volumes.filter(({ name }) => name === record(mount)['name']).flatMap((volume) => filesIn(volume)),
  );
  const known: readonly (Contents | undefined)[] = [
    ...mounted.map((name) => configMaps.get(name)),
    ...list(data['envFrom'])
      .map(record)
      .flatMap(({ configMapRef, secretRef }) => [
        configMaps.get(text(record(configMapRef)['name']) ?? ''),
        secrets.get(text(record(secretRef)['name']) ?? ''),
      ]),
  ];
  return [
    ...wordsOf(member),
    ...list(data['env'])
      .map(record)
      .map(({ value }) => text(value) ?? ''),
    ...known.flatMap((contents) => [...(contents?.values() ?? [])]),
  ];
};

const filesIn = (volume: Readonly<Record<string, unknown>>): readonly string[] => [
  ...(volume['configMap'] === undefined ? [] : [text(record(volume['configMap'])['name']) ?? '']),
  ...list(record(volume['projected'])['sources'])
    .map(record)
    .flatMap(({ configMap }) => (configMap === undefined ? [] : [text(record(configMap)['name']) ?? ''])),
];

const withPort = (
  members: readonly Member[],
  listener: Member,
  port: number,
  declaring: Member | undefined,
): readonly Member[] => {
  const moved = declaring?.ports.find((each) => each.number === port);
  return members.map((member): Member => {
    if (member === declaring) return { ...member, ports: member.ports.filter((each) => each !== moved) };
    return member === listener
      ? { ...member, ports: [...member.ports, portFor(member.ports, port, moved)] }
      : member;
  });
};

const portFor = (
  ports: readonly DeclaredPort[],
  port: number,
  moved: DeclaredPort | undefined,
): DeclaredPort => {
  const name = moved?.name ?? (ports.length === 0 ? 'main' : `p${port}`);
  const isTaken = ports.some((each) => each.name === name);
  return { ...(moved ?? unnamedPort(port)), name: isTaken ? `p${port}` : name };
};
