import { portOf } from './authority.ts';
import type { ForwardedRequest, TakenHeaders } from './forwarded-request.ts';

/**
 * Says on whose behalf the request is made, and gives `X-Forwarded-For` for the log. A proxy on this machine (a tunnel, a
 * browser's test server, another sidecar) is believed: what it says stays, and its client is added to. What others say
 * is replaced, because anybody can say it.
 */
export const addForwarded = (request: ForwardedRequest, said: TakenHeaders, out: string[]): string | null => {
  const isBelieved = isLoopback(request.ip);
  const { forwarded } = request;
  if (forwarded === 'none') return passOn(said, out);
  if (forwarded !== 'x-forwarded') addElement(request, isBelieved ? said.forwarded : null, out);
  if (forwarded === 'forwarded') return null;
  return addSeparate(request, isBelieved ? said : null, out);
};

/** What goes to a server outside of the pod is the app's own business. */
const passOn = (said: TakenHeaders, out: string[]): string | null => {
  for (const name of SAID) {
    const value = said[name];
    if (value !== null) out.push(name, value);
  }
  return said['x-forwarded-for'];
};

const SAID = [
  ...(['forwarded', 'x-forwarded-for', 'x-forwarded-proto'] as const),
  ...(['x-forwarded-host', 'x-forwarded-port'] as const),
];

/** The addresses of this machine, as Node writes them. */
const isLoopback = (ip: string): boolean =>
  ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');

/** RFC 7239: an element for each proxy, in order. */
const addElement = (
  { ip, authority, scheme }: ForwardedRequest,
  before: string | null,
  out: string[],
): void => {
  const own = `for=${node(plain(ip))};host=${quoted(authority)};proto=${scheme}`;
  out.push('forwarded', before === null ? own : `${before}, ${own}`);
};

const addSeparate = (
  { ip, authority, scheme }: ForwardedRequest,
  said: TakenHeaders | null,
  out: string[],
): string => {
  const before = said?.['x-forwarded-for'] ?? null;
  const client = before === null ? plain(ip) : `${before}, ${plain(ip)}`;
  out.push(
    ...['x-forwarded-for', client],
    ...['x-forwarded-proto', said?.['x-forwarded-proto'] ?? scheme],
    ...['x-forwarded-host', said?.['x-forwarded-host'] ?? authority],
    ...['x-forwarded-port', said?.['x-forwarded-port'] ?? String(portIn(authority, scheme))],
  );
  return client;
};

const portIn = (authority: string, scheme: 'http' | 'https'): number =>
  portOf(authority) ?? (scheme === 'https' ? 443 : 80);

/** An IPv4 client of a socket for both is written as one. */
const plain = (ip: string): string => (ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip);

const node = (ip: string): string => (ip.includes(':') ? `"[${ip}]"` : ip);

const quoted = (text: string): string =>
  /^[\w!#$%&'*+.^`|~-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
