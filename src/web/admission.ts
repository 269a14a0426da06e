import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request is refused for. */
export type Refusal = 'foreign-host' | 'foreign-origin' | 'token-missing' | 'token-wrong';

/**
 * Checks where a request comes from. A page of another site may have a name that leads to this machine: its browser then
 * sends that name as host (DNS rebinding), or the other site as origin.
 */
export const refusalOfSource = (headers: IncomingHttpHeaders, port: number): Refusal | null => {
  const { host = '', origin } = headers;
  if (!ownHosts(port).includes(host)) return 'foreign-host';
  if (origin !== undefined && origin !== `http://${host}`) return 'foreign-origin';
  // Every current browser says so, and no page can change it. A typed address is `none`.
  const site = headers['sec-fetch-site'] ?? 'none';
  return site === 'same-origin' || site === 'none' ? null : 'foreign-origin';
};

const ownHosts = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

/** Checks the token of a request that reads or changes something of the pod: `Authorization: Bearer TOKEN`. */
export const refusalOfToken = (
  { authorization = '' }: IncomingHttpHeaders,
  token: string,
): Refusal | null => {
  const [scheme = '', given = ''] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'bearer' || given === '') return 'token-missing';
  return timingSafeEqual(digest(given), digest(token)) ? null : 'token-wrong';
};

/** Texts of any length become equally long, so that a comparison takes the same time for all of them. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const refusalText = (refusal: Refusal): string => {
  switch (refusal) {
    case 'foreign-host':
    case 'foreign-origin':
      return 'this request comes from another site; open the address that sidecarctl web has printed';
    case 'token-missing':
      return 'this request has no token; open the address that sidecarctl web has printed';
    case 'token-wrong':
      return 'this token is not valid any more; open the address that sidecarctl web has printed';
    default:
      return refusal satisfies never;
  }
};
