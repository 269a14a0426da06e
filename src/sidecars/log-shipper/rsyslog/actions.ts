import type {
  ElasticsearchOutputOptions,
  FileOutputOptions,
  OutputOptions,
  OutputTls,
  SyslogOutputOptions,
} from '../../../programs/log-shipper/outputs/options.ts';
import { clusterCas, clusterPem } from '../../engines/certificate-files.ts';

type Parameters = Readonly<Record<string, string | number | null>>;

/** The parameters of the action that sends to a destination. `refused`: file with what it refuses. */
export const actionOf = (output: OutputOptions, refused: string): Parameters => {
  switch (output.kind) {
    case 'syslog':
      return syslogAction(output);
    case 'elasticsearch':
      return elasticsearchAction(output, refused);
    case 'file':
      return fileAction(output);
    case 'stdout':
      return { type: 'omfile', file: '/dev/stdout' };
    default:
      throw new Error(`the destination ${output.name} was let through`);
  }
};

const syslogAction = ({ name, address, protocol, tls }: SyslogOutputOptions): Parameters => {
  const [host, port] = hostAndPort(address);
  return {
    ...{ type: 'omfwd', target: host, port, protocol },
    ...(protocol === 'tcp' ? { TCP_Framing: 'octet-counted' } : {}),
    ...(tls === null ? {} : syslogTls(name, host, tls)),
  };
};

const syslogTls = (name: string, host: string, { client }: OutputTls): Parameters => ({
  ...{ StreamDriver: 'gtls', StreamDriverMode: 1 },
  StreamDriverAuthMode: client.verify ? 'x509/name' : 'anon',
  StreamDriverPermittedPeers: client.verify ? (client.serverName ?? nameOf(host)) : null,
  'StreamDriver.CAFile': client.verify ? clusterCas(name) : null,
  'StreamDriver.CertFile': client.certificate === null ? null : clusterPem(name),
  'StreamDriver.KeyFile': client.certificate === null ? null : clusterPem(name),
});

/** Name of the template for the ids of documents. */
export const BULK_ID = 'id';

/** rsyslog compares names alone, and a certificate for this machine has that name. */
const nameOf = (host: string): string => (isLoopback(host) ? 'localhost' : host);

const isLoopback = (host: string): boolean => /^127\.|^::1$/.test(host);

const elasticsearchAction = (
  { name, url, tls, index }: ElasticsearchOutputOptions,
  refused: string,
): Parameters => {
  const client = tls?.client ?? null;
  const pair = client === null || client.certificate === null ? null : clusterPem(name);
  return {
    ...{ type: 'omelasticsearch', server: url.replace(/\/_bulk$/, ''), searchIndex: index, searchType: '' },
    // `create` is all that a data stream takes, and rsyslog does it only with ids.
    ...{ bulkmode: 'on', writeoperation: 'create', dynbulkid: 'on', bulkid: BULK_ID, errorfile: refused },
    'tls.cacert': client?.verify === true ? clusterCas(name) : null,
    ...{ 'tls.mycert': pair, 'tls.myprivkey': pair },
    allowunsignedcerts: client?.verify === false ? 'on' : null,
    skipverifyhost: client?.verify === false ? 'on' : null,
  };
};

const fileAction = ({ name, path, size }: FileOutputOptions): Parameters => ({
  ...{ type: 'omfile', file: path, fileCreateMode: '0600' },
  'rotation.sizeLimit': size,
  'rotation.sizeLimitCommand': `./${rotationFile(name)}`,
});

/** Name of the script that rotates the file of a destination. */
export const rotationFile = (output: string): string => `rotate-${output}`;

/** The last colon: a host may be an IPv6 address. */
const hostAndPort = (address: string): readonly [host: string, port: string] => {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at).replaceAll(/^\[|\]$/g, ''), address.slice(at + 1)];
};
