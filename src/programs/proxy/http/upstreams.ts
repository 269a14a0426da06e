import type { ConnectionOptions } from 'node:tls';
import { formatAddress, type HostAndPort, parseAddress } from '../../address.ts';
import type { ClusterOptions } from '../options.ts';
import type { DialOptions } from '../streams/dial.ts';
import { LOCAL_HEADER } from '../streams/tcp/proxy-protocol.ts';
import { H1Upstream } from './h1/h1-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Of the headers of a response together. */
const MOST_OF_HEAD = 256 * 1024;

/** How connections to the endpoints of a cluster are opened. */
export const dialsOf = (
  { endpoints, connectTimeout, proxyProtocol }: ClusterOptions,
  tls: (() => ConnectionOptions) | null,
): readonly DialOptions[] =>
  endpoints.map(({ address }) => {
    const at = parseAddress(address, 1);
    if (at === null) throw new Error(`'${address}' is no host:port`);
    return { address: at, tls, connectTimeout, preface: proxyProtocol === null ? null : LOCAL_HEADER };
  });

/** Makes the connections to one endpoint. */
export type OpenUpstream = (dial: DialOptions) => Upstream;

/** How the endpoints of a cluster are spoken to. HTTP/2 is loaded for the first that needs it. */
export const upstreamOf = async ({
  protocol,
  circuitBreaker,
  endpoints,
}: ClusterOptions): Promise<OpenUpstream> => {
  if (protocol === 'http/1.1') return (dial) => new H1Upstream({ ...dial, mostOfHead: MOST_OF_HEAD });
  const [{ H2Upstream }, { KEEPALIVE }] = await Promise.all([
    import('../streams/h2/upstream.ts'),
    import('../streams/h2/keepalive.ts'),
  ]);
  const { maxConnections } = circuitBreaker;
  const isProcess = ({ host, port }: HostAndPort): boolean =>
    endpoints.some((endpoint) => endpoint.isProcess && endpoint.address === formatAddress({ host, port }));
  return (dial) => {
    const isHere = isProcess(dial.address) || dial.address.host.startsWith('127.');
    return new H2Upstream({ ...dial, maxConnections, keepalive: isHere ? null : KEEPALIVE });
  };
};
