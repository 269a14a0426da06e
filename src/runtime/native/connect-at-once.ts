import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Koffi } from './load-koffi.ts';
import { addressOf, type LocalAddress, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from './socket-address.ts';

export type Connected = 'connected' | 'refused';

/** Opens a connection within this machine and closes it again; null: only a wait can tell whether it opens. */
export type ConnectAtOnce = (address: LocalAddress) => Connected | null;

/**
 * Within a machine the whole handshake takes place while connect(2) runs: a second call says how it ended. A socket of
 * Node's costs three times as much as these four calls, and an event of its loop.
 */
export const bindConnectAtOnce = (libc: ReturnType<Koffi['load']>, errno: () => number): ConnectAtOnce => {
  const open = libc.func('int socket(int, int, int)');
  const connect = libc.func('int connect(int, void *, unsigned int)');
  const attempt = (fd: number, address: Buffer): number =>
    connect(fd, address, address.length) === 0 ? 0 : errno();
  return (local) => {
    const address = addressOf(local);
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
