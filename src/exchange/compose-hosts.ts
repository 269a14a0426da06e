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

/** Replaces service names with this machine's address, because there is no network in which they would resolve. */
export const withLocalHosts = (env: Fields, addresses: readonly ServiceAddress[]): Fields =>
  Object.fromEntries(
    Object.entries(env).map(([variable, value]) => [variable, localValue(variable, value, addresses)]),
  );

const localValue = (
  variable: string,
  value: Value | undefined,
  addresses: readonly ServiceAddress[],
): Value | undefined => {
  if (
    typeof value === 'string' &&
    HOST_VARIABLE.test(variable) &&
    addresses.some(({ service }) => service === value)
  )
    return LOCAL;
  const parts = value instanceof Template ? value.parts : typeof value === 'string' ? [value] : null;
  if (parts === null) return value;
  const local = parts.flatMap((part) => (typeof part === 'string' ? localParts(part, addresses) : [part]));
  return local.every((part) => typeof part === 'string') ? local.join('') : new Template(local);
};

const LOCAL = '127.0.0.1';

const localParts = (text: string, addresses: readonly ServiceAddress[]): readonly Part[] =>
  addresses.reduce<readonly Part[]>(
    (parts, address) =>
      parts.flatMap((part) => (typeof part === 'string' ? replaced(part, address) : [part])),
    [text],
  );

/** Replaces `//db:5432`, `@db/shop`, `db:9092,other:9092`, but not a user name before an `@`, and not a path. */
const replaced = (text: string, { service, portOf }: ServiceAddress): readonly Part[] => {
  const name = service.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const host = new RegExp(
    `(?<=[@,]|//)${name}(?::(\\d+))?(?=[/,?]|$)(?![^/\\s]*@)|^${name}:(\\d+)(?=[/,?]|$)`,
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
