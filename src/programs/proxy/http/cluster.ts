import { parseAddress } from '../../address.ts';
import type { ClusterOptions, EndpointOptions } from '../options.ts';
import { H1Upstream } from './h1/h1-upstream.ts';

/** Of the headers of a response together. */
const MOST_OF_HEAD = 256 * 1024;

/** What is behind the proxy under one name. */
export class Cluster {
  readonly options: ClusterOptions;
  readonly #upstreams: readonly H1Upstream[];
  #next = 0;

  constructor(options: ClusterOptions) {
    this.options = options;
    this.#upstreams = options.endpoints.map((endpoint) => upstreamOf(endpoint, options));
  }

  /** One endpoint after the other. */
  pick(): H1Upstream | null {
    this.#next = (this.#next + 1) % Math.max(1, this.#upstreams.length);
    return this.#upstreams[this.#next] ?? null;
  }

  closeOld(): void {
    for (const upstream of this.#upstreams) upstream.closeOld();
  }
}

const upstreamOf = ({ address }: EndpointOptions, options: ClusterOptions): H1Upstream => {
  const { tls, protocol, connectTimeout, proxyProtocol } = options;
  if (tls !== null || protocol !== 'http/1.1' || proxyProtocol !== null)
    throw new Error(`${options.label}: TLS, HTTP/2 and the PROXY protocol are not built yet`);
  const at = parseAddress(address, 1);
  if (at === null) throw new Error(`'${address}' is no host:port`);
  return new H1Upstream({ address: at, tls: null, connectTimeout, mostOfHead: MOST_OF_HEAD });
};
