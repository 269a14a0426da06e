import type { TcpProxy } from './proxy/tcp-proxy.ts';

/** What the proxies do to connections: `latency_downstream on`. Empty: nothing. */
export const statusText = (proxies: readonly TcpProxy[]): string => {
  const enabled = proxies.filter(({ isEnabled }) => isEnabled);
  const faults = [
    ...enabled.flatMap(({ toxics }) => toxics.map(({ name }) => name)),
    ...(enabled.some(({ hasHttpFaults }) => hasHttpFaults) ? ['HTTP faults'] : []),
  ];
  const disabled = proxies.flatMap(({ isEnabled, name }) => (isEnabled ? [] : [name]));
  return [
    ...(faults.length === 0 ? [] : [`${faults.join(', ')} on`]),
    ...(disabled.length === 0 ? [] : [`${disabled.join(', ')} refuses connections`]),
  ].join('; ');
};
