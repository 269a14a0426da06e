import { closeSync } from 'node:fs';
import type { Koffi } from './load-koffi.ts';
import { SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } from './socket-address.ts';

/** `fd` has the address until it is closed. `code`: the system's error code. */
export type Bound =
  | { readonly ok: true; readonly fd: number }
  | { readonly ok: false; readonly code: string };

/**
 * Opens a socket with an address, which `socket-address.ts` makes. One of TCP listens: only then it is known whether
 * another one does.
 */
export type BindAtOnce = (kind: 'tcp' | 'udp' | 'unix', address: Buffer) => Bound;

const [SOL_SOCKET, SO_REUSEADDR] = [1, 2];
const BACKLOG = 1;

/** With Node's own sockets the first one costs 9 ms of a start: those are loaded, and much else with them. */
export const bindBindAtOnce = (libc: ReturnType<Koffi['load']>, errno: () => number): BindAtOnce => {
  const open = libc.func('int socket(int, int, int)');
  const set = libc.func('int setsockopt(int, int, int, void *, unsigned int)');
  const bind = libc.func('int bind(int, void *, unsigned int)');
  const listen = libc.func('int listen(int, int)');
  const one = Buffer.from([1, 0, 0, 0]);
  const failed = (): Bound => {
    const { getSystemErrorName } = process.getBuiltinModule('node:util');
    return { ok: false, code: getSystemErrorName(-errno()) };
  };
  return (kind, address) => {
    const type = kind === 'udp' ? SOCK_DGRAM : SOCK_STREAM;
    const fd: number = open(address.readUInt16LE(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed();
    const isTcp = kind === 'tcp';
    // As Node does: connections of the last one that had the port may still time out.
    if (isTcp) set(fd, SOL_SOCKET, SO_REUSEADDR, one, one.length);
    if (bind(fd, address, address.length) === 0 && (!isTcp || listen(fd, BACKLOG) === 0))
      return { ok: true, fd };
    const failure = failed();
    closeSync(fd);
    return failure;
  };
};
