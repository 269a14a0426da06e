import type { Fields, Value } from './found-pod.ts';
import { type Part, type PortPart, Template } from './template.ts';

/** The address of another service outside its own network. */
export interface ServiceAddress {
  readonly service: string;
  /** Returns the port here that stands for a port of the container, or undefined if none is known. */
  portOf(port: number): PortPart | number | undefined;
}

/** In a variable with such a name, a bare service name is a host. */
const HOST_VARIABLE = /(HOST(NAME)?|ADDR(ESS)?|SERVER|ENDPOINT)$/i;

/**
 * Replaces service names with this machine's address, because there is no network in which they would resolve. `host` is
 * that of a host without a port; the variable of its port beside it is the port here.
 */
export const withLocalHosts = (
  env: Fields,
  addresses: readonly ServiceAddress[],
  host: string = LOCAL,
): Fields =>
  Object.fromEntries(
    Object.entries(env).map(([variable, value]) => {
      const port = portBeside(variable, value, env, addresses);
      return [variable, port ?? localValue(variable, value, addresses, host)];
    }),
  );

/** The port here for `DB_PORT=5432` beside `DB_HOST=db`, and for a port with a name of a Service. */
const portBeside = (
  variable: string,
  value: Value | undefined,
  env: Fields,
  addresses: readonly ServiceAddress[],
): Value | undefined => {
  const [prefix] = /^.*(?=PORT$)|^.*_SERVICE_(?=PORT_)/i.exec(variable) ?? [];
  if (prefix === undefined || typeof value !== 'string') return undefined;
  const host = ['HOST', 'HOSTNAME', 'SERVER', 'ADDR', 'host']
    .map((name) => env[`${prefix}${name}`])
    .find(Boolean);
  const port = addresses.find(({ service }) => service === host)?.portOf(Number(value));
  if (port === undefined) return undefined;
  return typeof port === 'number' ? String(port) : new Template([port]);
};

const localValue = (
  variable: string,
  value: Value | undefined,
  addresses: readonly ServiceAddress[],
  host: string,
): Value | undefined => {
  if (typeof value !== 'string' && !(value instanceof Template)) return value;
  const parts = localParts(
    value instanceof Template ? value.parts : [value],
    HOST_VARIABLE.test(variable),
    addresses,
    host,
  );
  return parts.every((part) => typeof part === 'string') ? parts.join('') : new Template(parts);
};

const LOCAL = '127.0.0.1';

/** `isHost`: the text as a whole is a host. A default within the text may be one as well: `${DB_HOST:-db}`. */
const localParts = (
  parts: readonly Part[],
  isHost: boolean,
  addresses: readonly ServiceAddress[],
  host: string,
): readonly Part[] =>
  parts.flatMap((part, index): readonly Part[] => {
    const [before, after] = [parts[index - 1], parts[index + 1]];
    if (typeof part === 'string') {
      const isWhole = isHost && parts.length === 1 && addresses.some(({ service }) => service === part);
      const followed = after === undefined ? '' : NEXT;
      return isWhole ? [host] : localText(part, followed, addresses, host);
    }
    if (part.kind !== 'variable' || part.word.parts.length === 0) return [part];
    const isName = HOST_VARIABLE.test(part.name) || (typeof before === 'string' && /(@|\/\/)$/.test(before));
    return [{ ...part, word: new Template(localParts(part.word.parts, isHost || isName, addresses, host)) }];
  });

/** Stands for a reference behind a text, while the text is searched. */
const NEXT = '\0';

const localText = (
  text: string,
  followed: string,
  addresses: readonly ServiceAddress[],
  host: string,
): readonly Part[] =>
  eachReplaced(`${text}${followed}`, addresses, (part, address) => replaced(part, address, host))
    .map((part) => (typeof part === 'string' ? part.replace(NEXT, '') : part))
    .filter((part) => part !== '');

const eachReplaced = (
  text: string,
  addresses: readonly ServiceAddress[],
  replace: (text: string, address: ServiceAddress) => readonly Part[],
): readonly Part[] =>
  addresses.reduce<readonly Part[]>(
    (parts, address) => parts.flatMap((part) => (typeof part === 'string' ? replace(part, address) : [part])),
    [text],
  );

/**
 * Replaces `//db:5432`, `@db/shop`, `db:9092,other:9092` and `//db:` before a variable, but not a user name before an
 * `@`, and not a path.
 */
const replaced = (text: string, address: ServiceAddress, host: string): readonly Part[] => {
  const name = escaped(address.service);
  const found = new RegExp(
    `(?<=[@,]|//)${name}(?::(\\d+)|(?=:${NEXT}))?(?=[/,?:${NEXT}]|$)(?![^/\\s]*@)(?!:[^${NEXT}\\d])|^${name}:(\\d+)(?=[/,?]|$)|^${name}(?=:${NEXT})`,
    'g',
  );
  return withReplaced(text, found, (match) => {
    const written = match[1] ?? match[2];
    const isNext = text.startsWith(`:${NEXT}`, match.index + match[0].length);
    if (written !== undefined) return at(address.portOf(Number(written)) ?? Number(written));
    const port = isNext ? undefined : usualPort(text.slice(0, match.index), address);
    return port === undefined ? [isNext ? LOCAL : host] : at(port);
  });
};

const at = (port: PortPart | number): readonly Part[] => [
  `${LOCAL}:`,
  typeof port === 'number' ? String(port) : port,
];

/** Replaces each match of a pattern with parts, or leaves it where there are none. */
const withReplaced = (
  text: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => readonly Part[] | null,
): readonly Part[] => {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const replacement = replace(match);
    if (replacement === null) continue;
    parts.push(text.slice(from, match.index), ...replacement);
    from = match.index + match[0].length;
  }
  return joined([...parts, text.slice(from)]);
};

/** Texts beside each other are one. */
const joined = (parts: readonly Part[]): readonly Part[] => {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = `${last}${part}`;
    else if (part !== '') all.push(part);
  }
  return all;
};

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The port of a URL without one, if the service has it. */
const usualPort = (before: string, { portOf }: ServiceAddress): PortPart | number | undefined => {
  const usual = usualPortBehind(before);
  return usual === undefined ? undefined : portOf(usual);
};

const usualPortBehind = (before: string): number | undefined => {
  const scheme = /([a-z][a-z0-9]*)(?:[+.-][a-z0-9+.-]*)?:\/\/[^\s/]*$/i.exec(before)?.[1]?.toLowerCase();
  return scheme !== undefined && Object.hasOwn(USUAL_PORTS, scheme) ? USUAL_PORTS[scheme] : undefined;
};

const USUAL_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  mongodb: 27_017,
  amqp: 5672,
  nats: 4222,
  mqtt: 1883,
};

/** Replaces addresses of services anywhere in a text, such as a command line or a file: `db:5432`, `http://api/`. */
export const withLocalAddresses = (
  text: string,
  addresses: readonly ServiceAddress[],
  host: string,
): Value => {
  const parts = eachReplaced(text, addresses, (part, address) =>
    withReplaced(part, anywhere(address.service), ({ 0: all, 1: written, index }) => {
      const before = part.slice(0, index);
      if (written === undefined && !/:\/\/[^\s/"']*$/.test(before)) return null;
      const port = written === undefined ? usualPort(before, address) : address.portOf(Number(written));
      if (port !== undefined) return at(port);
      return written === undefined ? [host] : [all];
    }),
  );
  return parts.every((part) => typeof part === 'string') ? parts.join('') : new Template(parts);
};

/** A name with a port, or at the end of a URL's host; not a word's part, and no part of a path. */
const anywhere = (service: string): RegExp =>
  new RegExp(
    `(?<![\\w.-]|[^/]/)${escaped(service)}(?::(\\d+)(?![\\w@-]|\\.\\d)|(?<=//(?:[^\\s/@"']*@)?${escaped(service)})(?=[/?#"'\\s]|$))`,
    'g',
  );

/** The ports of a service that a text names. */
export const portsNamedIn = (text: string, service: string): readonly number[] =>
  [...text.matchAll(anywhere(service))].flatMap(({ 1: written, index }) => {
    const port = written === undefined ? usualPortBehind(text.slice(0, index)) : Number(written);
    return port === undefined ? [] : [port];
  });
