import { parseAddress } from '../../address.ts';
import { AddressError, type ProxySettings, TcpProxy } from '../proxy/tcp-proxy.ts';
import { ApiError, proxyExists, proxyNotFound } from './api-error.ts';

/** The proxies of a program, by name. */
export class Proxies {
  readonly #proxies = new Map<string, TcpProxy>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get all(): readonly TcpProxy[] {
    return [...this.#proxies.values()];
  }

  get(name: string): TcpProxy {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  }

  async create(settings: ProxySettings, isEnabled: boolean): Promise<TcpProxy> {
    if (this.#proxies.has(settings.name)) throw proxyExists();
    const proxy = new TcpProxy(settings, this.#say);
    checkUpstream(settings.upstream);
    if (isEnabled) await started(proxy);
    this.#proxies.set(settings.name, proxy);
    return proxy;
  }

  /** A proxy with the same addresses stays as it is. */
  async createOrReplace(settings: ProxySettings, isEnabled: boolean): Promise<TcpProxy> {
    const before = this.#proxies.get(settings.name);
    if (before?.settings.listen === settings.listen && before.settings.upstream === settings.upstream)
      return before;
    before?.stop();
    this.#proxies.delete(settings.name);
    return this.create(settings, isEnabled);
  }

  remove(name: string): void {
    this.get(name).stop();
    this.#proxies.delete(name);
  }
}

/** Starts a proxy; an address that cannot be used is the client's mistake. */
export const started = async (proxy: TcpProxy): Promise<void> => {
  try {
    await proxy.start();
  } catch (error) {
    throw error instanceof AddressError ? new ApiError(500, error.message) : error;
  }
};

export const checkUpstream = (upstream: string): void => {
  if (parseAddress(upstream, 1) === null) throw new ApiError(400, `upstream: '${upstream}' is no host:port`);
};
