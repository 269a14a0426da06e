import { type Exposition, exposition, type Metric } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { TcpProxy } from './proxy/tcp-proxy.ts';

const DIRECTIONS = ['upstream', 'downstream'] as const;

/** Toxiproxy's metrics, what is open and on, and those of the process. */
export const metricsOf = (proxies: readonly TcpProxy[]): Promise<Exposition> =>
  exposition([
    bytes('toxiproxy_proxy_received_bytes_total', 'Bytes that came in.', proxies, 'received'),
    bytes('toxiproxy_proxy_sent_bytes_total', 'Bytes that went out.', proxies, 'sent'),
    ofEach(
      proxies,
      'sidecar_downstream_cx_total',
      'counter',
      'Connections that clients opened.',
      (proxy) => proxy.traffic.connections,
    ),
    ofEach(
      proxies,
      'sidecar_downstream_cx_active',
      'gauge',
      'Open connections.',
      (proxy) => proxy.openConnections,
    ),
    ofEach(
      proxies,
      'sidecar_upstream_cx_connect_fail_total',
      'counter',
      'Connections to the server that could not be opened.',
      (proxy) => proxy.traffic.unreachable,
    ),
    ofEach(proxies, 'sidecar_toxics_active', 'gauge', 'Toxics that are on.', (proxy) => proxy.toxics.length),
    ofEach(
      proxies,
      'sidecar_http_faults_injected_total',
      'counter',
      'Requests that a fault was injected into, once for each fault.',
      (proxy) => proxy.httpFaults.reduce((sum, { injected }) => sum + injected, 0),
    ),
    ...processMetrics(),
  ]);

const bytes = (
  name: string,
  help: string,
  proxies: readonly TcpProxy[],
  which: 'received' | 'sent',
): Metric => ({
  ...{ name, help, type: 'counter' },
  samples: proxies.flatMap((proxy) =>
    DIRECTIONS.map((direction) => ({
      labels: {
        direction,
        proxy: proxy.name,
        listener: proxy.settings.listen,
        upstream: proxy.settings.upstream,
      },
      value: proxy.traffic.bytes(direction)[which],
    })),
  ),
});

const ofEach = (
  proxies: readonly TcpProxy[],
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (proxy: TcpProxy) => number,
): Metric => ({
  ...{ name, type, help },
  samples: proxies.map((proxy) => ({ labels: { proxy: proxy.name }, value: read(proxy) })),
});
