import type { Server } from 'node:net';

/** Keeps other supervisors on this machine from giving the same port to a pod of theirs. */
export interface PortLease {
  release(): Promise<void>;
}

const nothingToRelease: PortLease = { release: async () => {} };

/**
 * `null` when another supervisor, or this one, has the lease on the port. It is an abstract unix socket, which only
 * Linux has: exclusive among the processes of a network name space, as ports are, and gone with its process, whatever
 * it died of. Where there are none the lease holds nothing, and what is checked by listening has to do.
 */
export const takeLease = async (port: number): Promise<PortLease | null> => {
  if (process.platform !== 'linux') return nothingToRelease;
  const { createServer } = await import('node:net');
  const server = createServer((connection) => connection.destroy());
  const code = await listen(server, `\0sidecarctl-port-${port}`);
  if (code === 'EADDRINUSE') return null;
  return code === null ? { release: () => close(server) } : nothingToRelease;
};

const listen = (server: Server, path: string): Promise<string | null> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ path, exclusive: true }, () => resolve(null));
    server.unref();
  });

/** Bounded: connections are destroyed as they come, so that none holds the closing up. */
const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
