import type {
  ClusterOptions,
  ListenerOptions,
  LoadBalancerOptions,
  RouteOptions,
} from '../../../programs/proxy/options.ts';
import { certificateName } from '../addresses.ts';
import { clusterCas, clusterPem } from '../certificate-files.ts';
import { hostOf } from '../cluster-host.ts';
import { CLUSTER_DEFAULTS } from '../defaults.ts';
import { effectivePassive } from '../ejects.ts';
import { plain, time } from './text.ts';

/**
 * Caddy's handler that passes requests on to a cluster. Without a `flush_interval`, what is answered in pieces goes on in
 * pieces all the same; with -1, Caddy 2.6 does not end a request whose client has gone, but ends it when the
 * configuration changes.
 */
export const proxyHandler = (
  id: string,
  cluster: ClusterOptions,
  { route, listener }: { readonly route: RouteOptions; readonly listener: ListenerOptions },
): object => ({
  handler: 'reverse_proxy',
  upstreams: cluster.endpoints.map(({ address }) => ({ dial: address, ...limit(cluster) })),
  transport: transport(id, cluster, route),
  load_balancing: loadBalancing(cluster, route),
  ...healthChecks(cluster),
  trusted_proxies: NEAR,
  ...headerChanges(cluster, route, listener),
});

const transport = (id: string, cluster: ClusterOptions, { timeouts }: RouteOptions): object => ({
  protocol: 'http',
  dial_timeout: time(cluster.connectTimeout),
  ...(timeouts.backendRequest === 0 ? {} : { response_header_timeout: time(timeouts.backendRequest) }),
  ...(timeouts.idle === 0 ? {} : { read_timeout: time(timeouts.idle) }),
  ...(cluster.circuitBreaker.maxConnections === CLUSTER_DEFAULTS.circuitBreaker.maxConnections
    ? {}
    : { max_conns_per_host: cluster.circuitBreaker.maxConnections }),
  // Else Caddy asks for and undoes a compression of its own.
  compression: false,
  versions: cluster.protocol === 'h2' ? (cluster.tls === null ? ['h2c'] : ['2']) : ['1.1'],
  ...tls(id, cluster),
});

const tls = (id: string, { tls: options, endpoints }: ClusterOptions): object => {
  if (options === null) return {};
  return {
    tls: {
      server_name: certificateName(options.serverName, endpoints[0]?.address ?? ''),
      ...(options.verify ? { root_ca_pem_files: [clusterCas(id)] } : { insecure_skip_verify: true }),
      ...(options.certificate === null
        ? {}
        : { client_certificate_file: clusterPem(id), client_certificate_key_file: clusterPem(id) }),
    },
  };
};

/** With a time for tries, Caddy also waits for a server that is down; without, it counts them. */
const loadBalancing = ({ loadBalancer, holdFor }: ClusterOptions, { retry }: RouteOptions): object => ({
  selection_policy: policy(loadBalancer),
  ...(holdFor > 0
    ? { try_duration: time(holdFor) }
    : retry.numRetries > 0
      ? { retries: retry.numRetries }
      : {}),
  try_interval: retry.backOff.policy === 'constant' ? time(retry.backOff.baseInterval) : '50ms',
});

const policy = (balancer: LoadBalancerOptions): object => {
  switch (balancer.type) {
    case 'LeastRequest':
      return { policy: 'least_conn' };
    case 'RoundRobin':
      return { policy: 'round_robin' };
    case 'Random':
      return { policy: 'random' };
    case 'ConsistentHash':
      return balancer.by.type === 'Header'
        ? { policy: 'header', field: balancer.by.name }
        : { policy: 'ip_hash' };
  }
};

/** Caddy's `unhealthy_request_count` lets nothing through where nothing else of a server is watched. */
const limit = ({ circuitBreaker, endpoints }: ClusterOptions): object => {
  const most = circuitBreaker.maxParallelRequests;
  if (most === CLUSTER_DEFAULTS.circuitBreaker.maxParallelRequests) return {};
  return { max_requests: Math.max(1, Math.ceil(most / Math.max(1, endpoints.length))) };
};

const healthChecks = (cluster: ClusterOptions): object => {
  const { active } = cluster;
  const passive = effectivePassive(cluster);
  const checks = {
    ...(active === null
      ? {}
      : { active: { uri: active.path, interval: time(active.interval), timeout: time(active.timeout) } }),
    ...(passive === null
      ? {}
      : {
          passive: {
            fail_duration: time(passive.baseEjectionTime),
            max_fails: passive.consecutive5XxErrors,
            unhealthy_status: [5],
          },
        }),
  };
  return Object.keys(checks).length === 0 ? {} : { health_checks: checks };
};

/** What the proxies of this machine say of their clients stays. */
export const NEAR = ['127.0.0.0/8', '::1'];

const headerChanges = (
  cluster: ClusterOptions,
  route: RouteOptions,
  { forwarded }: ListenerOptions,
): object => {
  const host = route.urlRewrite?.hostname ?? hostOf(cluster);
  const { remove } = route.requestHeaders;
  const separate = forwarded === 'forwarded' || forwarded === 'none' ? SEPARATE : [];
  const request = changes({
    ...route.requestHeaders,
    remove: [...remove, ...separate],
  }) as { readonly set?: object };
  const all = host === null ? request : { ...request, set: { Host: [plain(host)], ...request.set } };
  const response = changes(route.responseHeaders);
  // Caddy 2.6 crashes at a change that changes nothing.
  const found = {
    ...(Object.keys(all).length === 0 ? {} : { request: all }),
    ...(Object.keys(response).length === 0 ? {} : { response }),
  };
  return Object.keys(found).length === 0 ? {} : { headers: found };
};

const SEPARATE = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host'];

/** What is not set stays away: Caddy takes an empty map for a change. */
const changes = ({ set, add, remove }: RouteOptions['requestHeaders']): object => ({
  ...(Object.keys(set).length === 0 ? {} : { set: values(set) }),
  ...(Object.keys(add).length === 0 ? {} : { add: values(add) }),
  ...(remove.length === 0 ? {} : { delete: remove }),
});

const values = (headers: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [plain(value)]]));
