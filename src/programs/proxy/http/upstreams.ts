import type { ConnectionOptions } from 'node:tls';
import { parseAddress } from '../../address.ts';
import type { ClusterOptions } from '../options.ts';
import type { DialOptions } from '../streams/dial.ts';
import { H1Upstream } from './h1/h1-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Of the headers of a response together. */
const MOST_OF_HEAD = 256 * 1024;

/** How connections to the endpoints of a cluster are opened. */
export const dialsOf = (
  { endpoints, connectTimeout }: ClusterOptions,
  tls: (() => ConnectionOptions) | null,
): readonly DialOptions[] =>
  endpoints.map(({ address }) => {
    const at = parseAddress(address, 1);
    if (at === null) throw new Error(`'${address}' is no host:port`);
    return { address: at, tls, connectTimeout };
  });

/** The connections to the endpoints of a cluster. HTTP/2 is loaded for the first that needs it. */
export const upstreamsOf = async (
  options: ClusterOptions,
  dials: readonly DialOptions[],
): Promise<readonly Upstream[]> => {
  const { protocol, circuitBreaker, endpoints } = options;
  if (protocol === 'http/1.1')
    return dials.map((dial) => new H1Upstream({ ...dial, mostOfHead: MOST_OF_HEAD }));
  const [{ H2Upstream }, { KEEPALIVE }] = await Promise.all([
    import('../streams/h2/upstream.ts'),
    import('../streams/h2/keepalive.ts'),
  ]);
  const { maxConnections } = circuitBreaker;
  return dials.map((dial, at) => {
    const isHere = endpoints[at]?.isProcess === true || dial.address.host.startsWith('127.');
    return new H2Upstream({ ...dial, maxConnections, keepalive: isHere ? null : KEEPALIVE });
  });
};
