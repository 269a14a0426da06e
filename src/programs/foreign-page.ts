import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a request may come from a page of somebody else in a browser of this machine. Such a page can point a name of
 * its own at 127.0.0.1, which `Host` then says; and send to every port, which `Origin` says.
 */
export const isForeignPage = ({ host, origin }: IncomingHttpHeaders): boolean =>
  !isLocal(hostIn(`http://${host ?? ''}`)) || (origin !== undefined && !isLocal(hostIn(origin)));

/** Nobody can have a name below `localhost` or `internal`, which containers have for this machine. */
const isLocal = (host: string): boolean =>
  isIP(host.replace(/^\[|\]$/g, '')) !== 0 || /(?:^|\.)(?:localhost|internal)$/.test(host);

/** An origin can be `null`, which is no address. */
const hostIn = (url: string): string => URL.parse(url)?.hostname ?? '';
