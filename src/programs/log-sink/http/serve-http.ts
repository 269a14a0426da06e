import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostAndPort } from '../../address.ts';
import { isForeignPage } from '../../foreign-page.ts';
import { Refusal } from '../refusal.ts';
import { type HttpReply, type RouteContext, SinkRoutes } from './routes.ts';

/** A client has so long to send a request. */
const REQUEST_WITHIN = 30_000;
const HEADERS_WITHIN = 10_000;

/** A client that keeps a connection sends nothing for longer than this. */
const IDLE_WITHIN = 60_000;

const MOST_CONNECTIONS = 1_000;

/** Serves everything that comes over HTTP, and what readers ask. Resolves once it listens. */
export const serveHttp = (at: HostAndPort, context: RouteContext): Promise<Server> => {
  const routes = new SinkRoutes(context);
  const server = createServer(
    { requestTimeout: REQUEST_WITHIN, headersTimeout: HEADERS_WITHIN, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      handled(request, response, routes, context).catch(() => response.destroy());
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.keepAliveTimeout = IDLE_WITHIN;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });
};

const handled = async (
  request: IncomingMessage,
  response: ServerResponse,
  routes: SinkRoutes,
  { intake }: RouteContext,
): Promise<void> => {
  if (isForeignPage(request.headers))
    return send(response, { status: 403, json: { error: 'Pages of other sites may not use this port.' } });
  const path = request.url?.split('?')[0] ?? '/';
  const protocol = routes.protocolOf(path, request.method ?? 'GET');
  try {
    const reply = await routes.answer(request, response);
    if (reply !== null) send(response, reply);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (protocol !== null) intake.counts.refuse(protocol, error.message);
    send(response, refusalReply(error));
  }
};

/** Elasticsearch's clients read `error.reason`, and people the text. */
const refusalReply = ({ status, message }: Refusal): HttpReply => ({
  status,
  headers: status === 429 || status === 503 ? { 'retry-after': '1' } : {},
  json: { error: message, status },
});

const send = (response: ServerResponse, { status, json, text, headers = {} }: HttpReply): void => {
  const body = json === undefined ? (text ?? '') : `${JSON.stringify(json)}\n`;
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, status === 204 ? headers : { 'content-type': type, ...headers });
  response.end(status === 204 ? undefined : body);
};
