import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

const AT_ONCE = 50;
const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Opens connections that have had one answer each, and keeps them while something is measured. */
export const withIdleConnections = async <T>(
  url: string,
  count: number,
  measure: () => T | Promise<T>,
): Promise<T> => {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, () => openIdle(url));
      sockets.push(...(await Promise.all(some)));
    }
    const value = await measure();
    const closed = sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length;
    if (closed > 0) throw new Error(`${closed} of ${count} idle connections of ${url} were closed`);
    return value;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
};

const openIdle = async (url: string): Promise<Socket> => {
  const { protocol, hostname, port } = new URL(url);
  const to = { host: hostname, port: Number(port) };
  const socket = protocol === 'https:' ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to);
  await once(socket, protocol === 'https:' ? 'secureConnect' : 'connect');
  socket.write(REQUEST);
  await once(socket, 'data');
  socket.on('error', () => undefined).resume();
  return socket;
};
