import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that `fetch` connects to nobody on: https://fetch.spec.whatwg.org/#port-blocking. */
const BLOCKED = 10_080;

/** Below the ports that the kernel gives to connections, and those that pods choose. */
export const freePort = async (): Promise<number> => {
  const port = 10_000 + Math.floor(Math.random() * 10_000);
  if (port === BLOCKED) return freePort();
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
