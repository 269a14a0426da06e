import type { TcpProxy } from './proxy/tcp-proxy.ts';

/** What the proxies do to connections: `latency_downstream on`. Empty: nothing. */
export const statusText = (proxies: readonly TcpProxy[]): string => {
  const toxics = proxies.flatMap((proxy) => (proxy.isEnabled ? proxy.toxics.map(({ name }) => name) : []));
  const disabled = proxies.flatMap(({ isEnabled, name }) => (isEnabled ? [] : [name]));
  return [
    ...(toxics.length === 0 ? [] : [`${toxics.join(', ')} on`]),
    ...(disabled.length === 0 ? [] : [`${disabled.join(', ')} refuses connections`]),
  ].join('; ');
};
