import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that `fetch` connects to nobody on: https://fetch.spec.whatwg.org/#port-blocking. */
const BLOCKED = 10_080;

/** Each worker has ports of its own: between two tests, nobody can tell whose server answers on a port. */
const WORKERS = 16;
const PORTS_OF_WORKER = 625;
const FIRST = 10_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS) * PORTS_OF_WORKER;

const given = new Set<number>();

/** Below the ports that the kernel gives to connections, and those that pods choose. */
export const freePort = async (): Promise<number> => {
  const port = FIRST + Math.floor(Math.random() * PORTS_OF_WORKER);
  if (port === BLOCKED || given.has(port)) return freePort();
  // A port comes again when half of them have been given.
  if (given.size > PORTS_OF_WORKER / 2) given.clear();
  given.add(port);
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
