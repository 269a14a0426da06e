import { closeSync } from 'node:fs';
import type { Server } from 'node:net';
import { loadLibc } from '../native/libc.ts';
import { abstractAddress } from '../native/socket-address.ts';

/** A lease that keeps other supervisors on this machine from giving the same port to a pod of theirs. */
export interface PortLease {
  release(): Promise<void>;
}

const nothingToRelease: PortLease = { release: async () => {} };

/**
 * Takes the lease on a port; `null` if this or another supervisor has it. A lease is an abstract unix socket, which
 * only Linux has: it is exclusive in a network namespace, like ports, and disappears with its process, however that
 * ends. On other platforms a lease reserves nothing, and only listening detects conflicts.
 */
export const takeLease = async (port: number): Promise<PortLease | null> => {
  if (process.platform !== 'linux') return nothingToRelease;
  const name = `sidecarctl-port-${port}`;
  const bound = loadLibc()?.bindAtOnce('unix', abstractAddress(name));
  if (bound === undefined) return takeByNode(name);
  if (!bound.ok) return bound.code === 'EADDRINUSE' ? null : nothingToRelease;
  let held: number | null = bound.fd;
  const release = async (): Promise<void> => {
    if (held !== null) closeSync(held);
    held = null;
  };
  return { release };
};

const takeByNode = async (name: string): Promise<PortLease | null> => {
  const { createServer } = await import('node:net');
  const server = createServer((connection) => connection.destroy());
  const code = await listen(server, `\0${name}`);
  if (code === 'EADDRINUSE') return null;
  return code === null ? { release: () => close(server) } : nothingToRelease;
};

const listen = (server: Server, path: string): Promise<string | null> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ path, exclusive: true }, () => resolve(null));
    server.unref();
  });

/** Connections are destroyed as they come, so that none delays the closing. */
const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
