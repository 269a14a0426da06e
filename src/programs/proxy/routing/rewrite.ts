import type { RequestRedirect, UrlRewrite } from '../options.ts';
import { hostOf, portOf } from './authority.ts';

/** The path with the query that an endpoint is asked for. `matched` is the prefix that the route asked for. */
export const rewriteUrl = (
  url: string,
  { path, prefix }: Pick<UrlRewrite, 'path' | 'prefix'>,
  matched: string,
): string => {
  if (path === null && prefix === null) return url;
  const at = url.indexOf('?');
  const [before, query] = at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)];
  return `${path ?? replacePrefix(before, matched, prefix ?? '')}${query}`;
};

/** Gateway API's table: `/foo/bar` with `/foo` replaced by `/xyz` or `/xyz/` is `/xyz/bar`, and by `/` it is `/bar`. */
const replacePrefix = (path: string, matched: string, prefix: string): string => {
  const rest = path.slice(matched.length);
  if (rest === '') return prefix === '' ? '/' : prefix;
  return `${prefix.endsWith('/') ? prefix.slice(0, -1) : prefix}${rest}`;
};

/** What a redirect keeps of a request. */
interface Redirected {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly url: string;
}

/** The `Location` of a redirect. Another scheme without a port has the port of the scheme, as in Gateway API. */
export const locationOf = (
  request: Redirected,
  redirect: Omit<RequestRedirect, 'statusCode'>,
  matched: string,
): string => {
  const scheme = redirect.scheme ?? request.scheme;
  const kept = redirect.scheme === null ? portOf(request.authority) : null;
  const port = redirect.port ?? kept;
  const shown = port === null || port === DEFAULT_PORT[scheme] ? '' : `:${port}`;
  const host = redirect.hostname ?? hostOf(request.authority);
  return `${scheme}://${host}${shown}${rewriteUrl(request.url, redirect, matched)}`;
};

const DEFAULT_PORT = { http: 80, https: 443 };
