import type { ClientTlsOptions, ClusterOptions, EndpointOptions } from '../../../programs/proxy/options.ts';
import { addressOf, certificateName, isIp } from '../addresses.ts';
import { clusterCas, clusterPem } from '../certificate-files.ts';
import { effectivePassive } from '../ejects.ts';
import { quoted } from './quote.ts';

/** The servers of a backend. Its id is that of the cluster, whose certificates they have. */
export const serverLines = (id: string, cluster: ClusterOptions, isHttp: boolean): readonly string[] =>
  cluster.endpoints.map((endpoint, index) =>
    [
      `server ${id}-${index + 1} ${endpoint.address}`,
      ...(endpoint.weight === 1 ? [] : [`weight ${Math.min(endpoint.weight, 256)}`]),
      ...(isHttp ? [`maxconn ${shareOf(cluster)}`] : []),
      ...protocolWords(id, cluster, endpoint),
      ...(cluster.proxyProtocol === null ? [] : ['send-proxy-v2']),
      ...checkWords(cluster),
      ...resolvingWords(endpoint),
    ].join(' '),
  );

/** HAProxy limits servers, not backends. */
const shareOf = ({ circuitBreaker, endpoints }: ClusterOptions): number => {
  const most = Math.min(circuitBreaker.maxParallelRequests, circuitBreaker.maxConnections);
  return Math.max(1, Math.ceil(most / Math.max(1, endpoints.length)));
};

const protocolWords = (
  id: string,
  { tls, protocol }: ClusterOptions,
  endpoint: EndpointOptions,
): readonly string[] => {
  if (tls === null) return protocol === 'h2' ? ['proto h2'] : [];
  const name = certificateName(tls.serverName, endpoint.address);
  return [
    'ssl',
    `alpn ${protocol === 'h2' ? 'h2' : 'http/1.1'}`,
    ...(isIp(name) ? [] : [`sni str(${name})`]),
    ...verifyWords(id, tls, name),
    ...(tls.certificate === null ? [] : [`crt ${clusterPem(id)}`]),
  ];
};

const verifyWords = (id: string, { verify }: ClientTlsOptions, name: string): readonly string[] =>
  verify ? [`verify required ca-file ${clusterCas(id)} verifyhost ${quoted(name)}`] : ['verify none'];

const checkWords = (cluster: ClusterOptions): readonly string[] => {
  const { active } = cluster;
  const passive = effectivePassive(cluster);
  const observe =
    passive === null ? [] : [`observe layer7 error-limit ${passive.consecutive5XxErrors} on-error mark-down`];
  if (active !== null)
    return [
      `check inter ${active.interval}ms fall ${active.unhealthyThreshold} rise ${active.healthyThreshold}`,
      ...observe,
    ];
  // A server that was taken out comes back by the first check that it passes.
  return passive === null
    ? []
    : [`check inter ${passive.interval}ms downinter ${passive.baseEjectionTime}ms rise 1`, ...observe];
};

/** A name is looked up again while it runs; a start does not fail because a name cannot be resolved. */
const resolvingWords = ({ address }: EndpointOptions): readonly string[] => {
  const { host } = addressOf(address);
  return isIp(host) || host === 'localhost' ? [] : ['resolvers system init-addr last,libc,none'];
};
