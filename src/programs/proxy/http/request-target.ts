import type { RawHeaders } from './upstream.ts';

/** What a request over HTTP/1 is for. */
export interface RequestTarget {
  /** Path with the query; of a CONNECT the authority. */
  readonly url: string;
  readonly authority: string;
  readonly headers: RawHeaders;
}

/** With the whole URL, which clients send to a proxy, and may send to any server. It counts, and not `Host` (RFC 9112 3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]+)([^#]*)/i;

export const requestTarget = (url: string, host: string, headers: RawHeaders): RequestTarget => {
  const [, named, rest = ''] = ABSOLUTE.exec(url) ?? [];
  if (named === undefined) return { url, authority: host, headers };
  // User and password are for whoever asks, not for the server.
  const authority = named.slice(named.lastIndexOf('@') + 1);
  return {
    url: rest.startsWith('/') ? rest : `/${rest}`,
    authority,
    headers: ['host', authority, ...withoutHost(headers)],
  };
};

const withoutHost = (headers: RawHeaders): RawHeaders =>
  headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'host');
