import { type Proxies, started } from './api/proxies.ts';
import type { FaultsProgramOptions } from './options.ts';
import type { TcpProxy } from './proxy/tcp-proxy.ts';
import type { Toxic } from './toxics/toxic.ts';

/** Brings the proxy of the options to what they say. An open connection stays, with the toxics that are on now. */
export const applyOptions = async (options: FaultsProgramOptions, proxies: Proxies): Promise<void> => {
  const { name, listen, upstream, enabled, toxics, http } = options;
  const known = proxies.all.find((proxy) => proxy.name === name);
  const proxy = known ?? (await proxies.create({ name, listen, upstream }, false));
  proxy.redirect(upstream);
  applyToxics(proxy, toxics);
  await proxy.setHttpFaults(http);
  if (enabled) await started(proxy);
  else proxy.stop();
};

const applyToxics = (proxy: TcpProxy, wanted: readonly Toxic[]): void => {
  for (const toxic of proxy.toxics) if (!wanted.some((each) => isSameKind(each, toxic))) proxy.remove(toxic);
  for (const toxic of wanted) {
    const before = proxy.toxics.find(({ name }) => name === toxic.name);
    if (before === undefined) proxy.add(toxic);
    else if (!isSame(before, toxic)) proxy.update(toxic);
  }
};

const isSameKind = (one: Toxic, other: Toxic): boolean =>
  one.name === other.name && one.type === other.type && one.stream === other.stream;

const isSame = (one: Toxic, other: Toxic): boolean => JSON.stringify(one) === JSON.stringify(other);
