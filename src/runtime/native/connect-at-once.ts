import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Koffi } from './load-koffi.ts';

export type Connected = 'connected' | 'refused';

/** An address of this machine that needs no lookup, with a port. */
export interface LocalAddress {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
}

/** Opens a connection within this machine and closes it again; null: only a wait can tell whether it opens. */
export type ConnectAtOnce = (address: LocalAddress) => Connected | null;

const [AF_INET, AF_INET6] = [2, 10];
const [SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [1, 0o4000, 0o2000000];

/**
 * Within a machine the whole handshake takes place while connect(2) runs: a second call says how it ended. A socket of
 * Node's costs three times as much as these four calls, and an event of its loop.
 */
export const bindConnectAtOnce = (libc: ReturnType<Koffi['load']>, errno: () => number): ConnectAtOnce => {
  const open = libc.func('int socket(int, int, int)');
  const connect = libc.func('int connect(int, void *, unsigned int)');
  const attempt = (fd: number, address: Buffer): number =>
    connect(fd, address, address.length) === 0 ? 0 : errno();
  return ({ host, port }) => {
    const address = host === '::1' ? addressOfIpv6(port) : addressOfIpv4(port);
    const fd: number = open(address.readUInt16LE(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return null;
    try {
      const first = attempt(fd, address);
      return verdictOf(first === constants.errno.EINPROGRESS ? attempt(fd, address) : first);
    } finally {
      closeSync(fd);
    }
  };
};

const verdictOf = (error: number): Connected | null => {
  if (error === 0) return 'connected';
  return error === constants.errno.ECONNREFUSED ? 'refused' : null;
};

/** `struct sockaddr_in`: the family as the machine has it, the port in network order, the address. */
const addressOfIpv4 = (port: number): Buffer => {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
};

/** `struct sockaddr_in6`: the same, with a flow label before the address and a scope behind it. */
const addressOfIpv6 = (port: number): Buffer => {
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  address[23] = 1;
  return address;
};
