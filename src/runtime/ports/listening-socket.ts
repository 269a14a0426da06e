import { getSystemErrorName } from 'node:util';
import { lateNet } from '../late-net.ts';
import { loadLibc } from '../native/libc.ts';

/** A socket that listens without accepting: connections wait for the process that gets the descriptor. */
export interface ListeningSocket {
  readonly fd: number;
  close(): void;
}

type ListeningResult =
  | { readonly ok: true; readonly socket: ListeningSocket }
  /** System's error code; `UNSUPPORTED` if this platform, or this Node, cannot do it. */
  | { readonly ok: false; readonly code: string };

/** The handle with which Node's own cluster module binds sockets and passes them to its workers. */
interface BoundHandle {
  readonly fd?: number;
  getsockname(into: object): number;
  close(): void;
}

type CreateServerHandle = (host: string, port: number, family: 4 | 6, fd: -1) => BoundHandle | number;

const BACKLOG = 511;

/**
 * Node also accepts connections on every socket it listens on, as soon as its event loop turns. If listen(2) cannot be
 * called directly, another process inherits the socket and exits before its loop has turned once: listening is a
 * property of the socket, and remains when a process closes it. This blocks for the start of a Node, about 40 ms.
 */
const LISTENER = `
const server = require('node:net').createServer();
server.on('error', ({ code }) => { process.stdout.write(code); process.exitCode = 1; });
server.listen({ fd: 3, backlog: ${BACKLOG} });
if (server.listening) process.exit(0);
`;

/**
 * Opens a listening socket. `host` is an address, or `localhost` for 127.0.0.1. The descriptor is non-blocking, as all
 * of libuv's are.
 *
 * @example
 * const result = openListeningSocket('127.0.0.1', 3000);
 * if (result.ok) spawn('node', ['server.js'], { stdio: ['ignore', 'inherit', 'inherit', result.socket.fd] });
 */
export const openListeningSocket = (host: string, port: number): ListeningResult => {
  const bound = bind(host === 'localhost' ? '127.0.0.1' : host, port);
  if (!bound.ok) return bound;
  const { handle, fd } = bound;
  const code = listen(fd);
  if (code === null) return { ok: true, socket: { fd, close: () => handle.close() } };
  handle.close();
  return { ok: false, code };
};

type Bound =
  | { readonly ok: true; readonly handle: BoundHandle; readonly fd: number }
  | { readonly ok: false; readonly code: string };

const bind = (host: string, port: number): Bound => {
  const net = lateNet();
  const create = (net as { readonly _createServerHandle?: CreateServerHandle })._createServerHandle;
  if (typeof create !== 'function' || process.platform === 'win32') return { ok: false, code: 'UNSUPPORTED' };
  const handle = create(host, port, net.isIPv6(host) ? 6 : 4, -1);
  if (typeof handle === 'number') return { ok: false, code: getSystemErrorName(handle) };
  // libuv reports only at the next call that the port is taken.
  const error = handle.getsockname({});
  const { fd = -1 } = handle;
  if (error === 0 && fd >= 0) return { ok: true, handle, fd };
  handle.close();
  return { ok: false, code: error === 0 ? 'UNSUPPORTED' : getSystemErrorName(error) };
};

const listen = (fd: number): string | null => {
  const libc = loadLibc();
  if (libc === null) return listenElsewhere(fd);
  return libc.listen(fd, BACKLOG) === 0 ? null : getSystemErrorName(-libc.errno());
};

const listenElsewhere = (fd: number): string | null => {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout, error } = spawnSync(process.execPath, ['--disable-sigusr1', '-e', LISTENER], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore', fd],
    encoding: 'utf8',
  });
  if (status === 0) return null;
  return (error as NodeJS.ErrnoException | undefined)?.code ?? (stdout === '' ? 'UNKNOWN' : stdout);
};
