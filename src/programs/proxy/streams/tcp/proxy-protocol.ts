import { isIPv6, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Version 2, on behalf of somebody else. */
const PROXY = 0x21;
/** Version 2, on its own behalf. */
const LOCAL = 0x20;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

const TYPE = { alpn: 0x01, authority: 0x02, ssl: 0x20, sslVersion: 0x21 };

/** Of the client in the field about TLS: it came over TLS; it has shown a certificate on this connection. */
const CLIENT_SSL = 0x01;
const CLIENT_CERTIFICATE = 0x02;

/** Of a connection on behalf of nobody: a check, or a copy. */
export const LOCAL_HEADER = Buffer.concat([SIGNATURE, Buffer.from([LOCAL, 0, 0, 0])]);

/** What the header tells of a connection with TLS. */
export type SeenTls = Pick<
  TLSSocket,
  'alpnProtocol' | 'servername' | 'authorized' | 'getProtocol' | 'getPeerX509Certificate'
>;

export type SeenConnection = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>;

/**
 * The header of the PROXY protocol, version 2: the addresses of a client's connection, and of TLS the version, ALPN, the
 * server name and whether a certificate was shown.
 */
export const proxyHeader = (client: SeenConnection, tls: SeenTls | null): Buffer => {
  const { remoteAddress = '0.0.0.0', localAddress = '0.0.0.0', remotePort = 0, localPort = 0 } = client;
  const addresses = [remoteAddress, localAddress].map(unmapped);
  const isV6 = addresses.some(isIPv6);
  const body = Buffer.concat([
    ...addresses.map((address) => (isV6 ? bytesOfV6(address) : bytesOfV4(address))),
    uint16(remotePort),
    uint16(localPort),
    ...(tls === null ? [] : tlsFields(tls)),
  ]);
  const head = Buffer.from([PROXY, isV6 ? TCP_OVER_IPV6 : TCP_OVER_IPV4]);
  return Buffer.concat([SIGNATURE, head, uint16(body.length), body]);
};

/** The header for a client, whose connection has TLS or not. */
export const headerOf = (client: Socket): Buffer =>
  proxyHeader(client, 'encrypted' in client ? (client as TLSSocket) : null);

const tlsFields = (tls: SeenTls): readonly Buffer[] => {
  const { alpnProtocol, servername } = tls;
  const hasCertificate = tls.getPeerX509Certificate() !== undefined;
  const isVerified = hasCertificate && tls.authorized;
  const ssl = Buffer.concat([
    Buffer.from([CLIENT_SSL | (hasCertificate ? CLIENT_CERTIFICATE : 0)]),
    // 0 means that the certificate was verified.
    Buffer.from([0, 0, 0, isVerified ? 0 : 1]),
    field(TYPE.sslVersion, Buffer.from(tls.getProtocol() ?? '')),
  ]);
  return [
    ...(typeof alpnProtocol === 'string' ? [field(TYPE.alpn, Buffer.from(alpnProtocol))] : []),
    ...(typeof servername === 'string' ? [field(TYPE.authority, Buffer.from(servername))] : []),
    field(TYPE.ssl, ssl),
  ];
};

const field = (type: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type]), uint16(value.length), value]);

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

/** A socket that listens for both versions shows an address of IPv4 as one of IPv6. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '');

const bytesOfV4 = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

const bytesOfV6 = (address: string): Buffer => {
  if (!isIPv6(address))
    return Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), bytesOfV4(address)]);
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const [left, right] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = after === undefined ? [] : Array<number>(8 - left.length - right.length).fill(0);
  return Buffer.concat([...left, ...zeros, ...right].map(uint16));
};

const groupsOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
