import { closeSync } from 'node:fs';
import { loadLibc } from '../native/libc.ts';
import { addressOf, isLocalHost } from '../native/socket-address.ts';

/**
 * Listens and closes again: returns `null` if that works, else the system's error code (`EADDRINUSE`, `EACCES`, …).
 * With `bothLoopbacks`, a port that is taken on `::1` counts as taken on `127.0.0.1`: clients that connect to
 * `localhost` may use either.
 */
export const tryListen = async (
  address: { readonly protocol: 'tcp' | 'udp'; readonly host: string; readonly port: number },
  bothLoopbacks: boolean,
): Promise<string | null> => {
  const { protocol, host, port } = address;
  const attempt = (each: string) => tryOne(protocol, each, port);
  const isLoopback = host === 'localhost' || (bothLoopbacks && host === '127.0.0.1');
  if (!isLoopback) return await attempt(host);
  const [v4, v6] = await Promise.all([attempt('127.0.0.1'), attempt('::1')]);
  return v4 ?? (v6 !== null && machineWithoutIpv6.has(v6) ? null : v6);
};

const machineWithoutIpv6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** With Node's own sockets, which every host takes, the first attempt costs 9 ms of a start. */
const tryOne = async (protocol: 'tcp' | 'udp', host: string, port: number): Promise<string | null> => {
  const bound = isLocalHost(host) ? loadLibc()?.bindAtOnce(protocol, addressOf({ host, port })) : undefined;
  if (bound === undefined) return await (protocol === 'tcp' ? listenTcp : bindUdp)(host, port);
  if (!bound.ok) return bound.code;
  closeSync(bound.fd);
  return null;
};

const listenTcp = async (host: string, port: number): Promise<string | null> => {
  const { createServer } = await import('node:net');
  return await new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
};

const bindUdp = async (host: string, port: number): Promise<string | null> => {
  const { createSocket } = await import('node:dgram');
  return await new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => socket.close(() => resolve(codeOf(error))));
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
};

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
