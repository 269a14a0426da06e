import type { IncomingMessage } from 'node:http';

const LOCAL = /^(?:localhost|[^:]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request may come from a page of a foreign site, in a browser on this machine: it was sent to a foreign name
 * that leads here, or by a page from elsewhere.
 */
export const isForeignPage = ({ headers: { host, origin } }: IncomingMessage, listensAt: string): boolean => {
  const isLocal = (name: string): boolean => LOCAL.test(name) || name === listensAt;
  if (host !== undefined && !isLocal(host)) return true;
  return origin !== undefined && !isLocal(origin.replace(/^https?:\/\//, ''));
};
