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

/** The port here for `DB_PORT=5432` beside `DB_HOST=db`. */
const portBeside = (
  variable: string,
  value: Value | undefined,
  env: Fields,
  addresses: readonly ServiceAddress[],
): Value | undefined => {
  const [, prefix] = /^(.*)PORT$/i.exec(variable) ?? [];
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
      return isWhole ? [host] : localText(part, followed, addresses);
    }
    if (part.kind !== 'variable' || part.word.parts.length === 0) return [part];
    const isName = HOST_VARIABLE.test(part.name) || (typeof before === 'string' && /(@|\/\/)$/.test(before));
    return [{ ...part, word: new Template(localParts(part.word.parts, isHost || isName, addresses, host)) }];
  });

/** Stands for a reference behind a text, while the text is searched. */
const NEXT = '\0';

const localText = (text: string, followed: string, addresses: readonly ServiceAddress[]): readonly Part[] =>
  addresses
    .reduce<readonly Part[]>(
      (parts, address) =>
        parts.flatMap((part) => (typeof part === 'string' ? replaced(part, address) : [part])),
      [`${text}${followed}`],
    )
    .map((part) => (typeof part === 'string' ? part.replace(NEXT, '') : part))
    .filter((part) => part !== '');

/**
 * Replaces `//db:5432`, `@db/shop`, `db:9092,other:9092` and `//db:` before a variable, but not a user name before an
 * `@`, and not a path.
 */
const replaced = (text: string, { service, portOf }: ServiceAddress): readonly Part[] => {
  const name = service.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const host = new RegExp(
    `(?<=[@,]|//)${name}(?::(\\d+)|(?=:${NEXT}))?(?=[/,?:${NEXT}]|$)(?![^/\\s]*@)(?!:[^${NEXT}\\d])|^${name}:(\\d+)(?=[/,?]|$)|^${name}(?=:${NEXT})`,
    'g',
  );
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(host)) {
    const written = match[1] ?? match[2];
    const port = written === undefined ? undefined : (portOf(Number(written)) ?? Number(written));
    parts.push(`${text.slice(from, match.index)}${LOCAL}${port === undefined ? '' : ':'}`);
    if (port !== undefined) parts.push(typeof port === 'number' ? String(port) : port);
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  return rest === '' ? parts : [...parts, rest];
};
