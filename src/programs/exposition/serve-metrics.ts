import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostAndPort } from '../address.ts';
import type { Exposition } from '../admin/exposition.ts';
import { isForeignPage } from '../foreign-page.ts';

/** Scrapers are few. One that sends nothing for a minute is closed. */
const MOST_CONNECTIONS = 100;
const KEEPS_ALIVE_FOR = 60_000;

/** Writes what is known now. `accept`: media types that the scraper takes. */
export type Scrape = (accept: string) => Promise<Exposition>;

/** Serves `GET /metrics`. Resolves once it listens. */
export const serveMetrics = (at: HostAndPort, scrape: Scrape): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(request, response, scrape).catch((error: Error) => end(response, 500, `${error.message}\n`));
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.keepAliveTimeout = KEEPS_ALIVE_FOR;
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });

const answer = async (request: IncomingMessage, response: ServerResponse, scrape: Scrape): Promise<void> => {
  request.resume();
  if (isForeignPage(request.headers)) return end(response, 403, 'foreign pages may not read metrics\n');
  if (request.url?.split('?')[0] !== '/metrics') return end(response, 404, 'metrics are at /metrics\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return end(response, 405, 'metrics are read by GET\n');
  const { text, type } = await scrape(request.headers.accept ?? '');
  end(response, 200, text, type);
};

const end = (
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void => {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
};
