import type { RawHeaders } from '../http/upstream.ts';
import { isNamed, listed } from './raw-headers.ts';

/** Headers that are for one connection only, whether `Connection` names them or not (RFC 9110 7.6.1). */
const OF_ONE_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'te', 'transfer-encoding', 'upgrade', 'http2-settings'],
  ...['proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info'],
]);

/** Whoever names them in `Connection` wants to hide them from the app, and RFC 9110 forbids to name what is for everybody. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(['host', 'content-length', 'cookie', 'authorization']);

const NONE: ReadonlySet<string> = new Set();

/** Whether a header, in lower case, ends here. */
export const hopTest = (headers: RawHeaders): ((name: string) => boolean) => {
  const named = namedInConnection(headers);
  if (named.size === 0) return (name) => OF_ONE_HOP.has(name) || name.startsWith(':');
  return (name) => OF_ONE_HOP.has(name) || named.has(name) || name.startsWith(':');
};

/** Most say `keep-alive` or nothing, which names nothing that is not dropped anyway. */
const namedInConnection = (headers: RawHeaders): ReadonlySet<string> => {
  let named: Set<string> | null = null;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', 'connection')) continue;
    for (const name of listed(headers[at + 1] ?? ''))
      if (!OF_ONE_HOP.has(name) && !FOR_EVERYBODY.has(name) && name !== 'close')
        named = (named ?? new Set()).add(name);
  }
  return named ?? NONE;
};

/**
 * The headers of a response, or trailers, as they go on to the client. A 101 keeps what it switches to.
 *
 * @example endToEnd(['Connection', 'x-a', 'X-A', '1', 'X-B', '2']) // ['X-B', '2']
 */
export const endToEnd = (headers: RawHeaders, isSwitch = false): string[] => {
  const endsHere = hopTest(headers);
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    const lower = name.toLowerCase();
    if (!endsHere(lower)) kept.push(name, value);
    else if (isSwitch && lower === 'upgrade') kept.push('connection', 'upgrade', name, value);
  }
  return kept;
};
