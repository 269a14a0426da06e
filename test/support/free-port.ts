import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to connections, and those that pods choose. */
export const freePort = async (): Promise<number> => {
  const port = 10_000 + Math.floor(Math.random() * 10_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
};
