interface ServerUrl {
  readonly scheme: 'http' | 'https' | 'tcp';
  /** With its port: `pay.example.com:443`. */
  readonly address: string;
  /** As in a Host header: `pay.example.com`. */
  readonly authority: string;
  /** Path without a `/` at its end; `null` without one. */
  readonly base: string | null;
}

const DEFAULT_PORTS = { http: '80', https: '443', tcp: null } as const;

/** A reference to a port is not known yet, and is kept. */
const URL_OF_SERVER = /^(https?|tcp):\/\/([^/?#@]+)(\/[^?#]*)?$/;
const AUTHORITY = /^(\[[\da-fA-F:.]+\]|[^:[\]${}\s]+)(?::(\d{1,5}|\$\{[^}]+\}))?$/;

/**
 * Takes a URL apart; `null` if it is not that of a server.
 *
 * @example
 * readServerUrl('https://pay.example.com/v2')
 * // { scheme: 'https', address: 'pay.example.com:443', authority: 'pay.example.com', base: '/v2' }
 */
export const readServerUrl = (text: string): ServerUrl | null => {
  const [, scheme, authority = '', path = ''] = URL_OF_SERVER.exec(text) ?? [];
  const [, host, written] = AUTHORITY.exec(authority) ?? [];
  if (!isScheme(scheme) || host === undefined) return null;
  const port = written ?? DEFAULT_PORTS[scheme];
  const base = path.replace(/\/+$/, '');
  if (port === null || Number(port) > 65_535 || Number(port) === 0 || (scheme === 'tcp' && base !== ''))
    return null;
  return {
    scheme,
    address: `${host}:${port}`,
    authority: port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`,
    base: base === '' ? null : base,
  };
};

const isScheme = (scheme: string | undefined): scheme is ServerUrl['scheme'] =>
  scheme === 'http' || scheme === 'https' || scheme === 'tcp';
