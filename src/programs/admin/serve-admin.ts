import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Exposition } from './exposition.ts';

/** An answer of an admin port: JSON, text, or nothing but a status. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
}

/** What a program tells of itself on its admin port. */
export interface AdminPages {
  readonly isReady: () => boolean;
  /** Metrics in the text format of Prometheus. */
  readonly metrics: () => Promise<Exposition>;
  readonly stats: () => object | Promise<object>;
  /** Its configuration as it runs, without secrets. */
  readonly configDump: () => object;
  /** Takes no new work; what goes on comes to its end. */
  readonly drain: () => Promise<void>;
  /** Requests for other paths; `null` if there is no such path. */
  readonly others: (
    method: string,
    path: string,
    body: string,
    query: URLSearchParams,
    /** Media types that the client takes. */
    accept: string,
  ) => Promise<Answer | null>;
}

/** A request to an admin port has no larger body. */
const MOST_BYTES = 1024 * 1024;

/** Serves `/ready`, `/live`, `/metrics`, `/stats`, `/config_dump` and `POST /drain`. Resolves once it listens. */
export const serveAdmin = (
  at: { readonly host: string; readonly port: number },
  pages: AdminPages,
): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(request, pages).then(
        (found) => send(response, found),
        (error: Error) => send(response, { status: 500, json: { error: error.message, status: 500 } }),
      );
    });
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });

const answer = async (request: IncomingMessage, pages: AdminPages): Promise<Answer> => {
  const { method = 'GET', url = '/' } = request;
  const [path = '/', ...query] = url.split('?');
  const page = await pageAt(method, path, pages);
  if (page !== null) return page;
  // A page in a browser could send anything to a port of this machine. Toxiproxy refuses it in the same way.
  if (request.headers['user-agent']?.startsWith('Mozilla/') === true)
    return { status: 403, text: 'User agent not allowed\n' };
  if (method === 'POST' && path === '/drain') {
    await pages.drain();
    return { status: 200, text: 'draining\n' };
  }
  const body = await bodyOf(request);
  if (body === null) return { status: 413, json: { error: 'the body is too large', status: 413 } };
  const parameters = new URLSearchParams(query.join('?'));
  const { accept = '' } = request.headers;
  const other = await pages.others(method, path, body, parameters, accept);
  return other ?? { status: 404, text: '404 page not found\n' };
};

const pageAt = async (method: string, path: string, pages: AdminPages): Promise<Answer | null> => {
  switch (`${method} ${path}`) {
    case 'GET /live':
      return { status: 200, text: 'live\n' };
    case 'GET /ready':
      return pages.isReady() ? { status: 200, text: 'ready\n' } : { status: 503, text: 'not ready\n' };
    case 'GET /metrics':
      return { status: 200, ...(await pages.metrics()) };
    case 'GET /stats':
      return { status: 200, json: await pages.stats() };
    case 'GET /config_dump':
      return { status: 200, json: pages.configDump() };
    default:
      return null;
  }
};

const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const send = (response: ServerResponse, { status, json, text = '', type }: Answer): void => {
  const body = json === undefined ? text : `${JSON.stringify(json)}\n`;
  const byDefault = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, status === 204 ? {} : { 'content-type': type ?? byDefault });
  response.end(status === 204 ? undefined : body);
};
