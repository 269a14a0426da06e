import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostAndPort } from '../../address.ts';
import { isForeignPage } from '../../foreign-page.ts';
import type { ApiAnswer, Told } from './prometheus-api.ts';

/** A form with a query has no more. */
const MOST_BYTES = 1024 * 1024;

/** Serves Prometheus' HTTP API. Resolves once it listens. */
export const serveApi = (at: HostAndPort, told: () => Told): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(request, told()).then(
        (found) => send(response, found),
        (error: Error) => send(response, failure(500, 'internal', error.message)),
      );
    });
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });

const answer = async (request: IncomingMessage, told: Told): Promise<ApiAnswer> => {
  const { method = 'GET', url = '/' } = request;
  if (isForeignPage(request.headers)) return failure(403, 'forbidden', 'a page of another site may not ask');
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname === '/-/healthy' || pathname === '/-/ready')
    return { status: 200, json: { status: 'success' } };
  if (method !== 'GET' && method !== 'POST') return failure(405, 'bad_data', `there is no ${method} here`);
  const form = method === 'POST' ? await formOf(request) : '';
  if (form === null) return failure(413, 'bad_data', `the form has more than ${MOST_BYTES} bytes`);
  for (const [name, value] of new URLSearchParams(form)) searchParams.append(name, value);
  // The grammar is loaded by the first query, so that no start waits for it.
  const { prometheusApi } = await import('./prometheus-api.ts');
  return prometheusApi(pathname, searchParams, told, Date.now());
};

/** Null: it is too large. */
const formOf = async (request: IncomingMessage): Promise<string | null> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const failure = (status: number, errorType: string, error: string): ApiAnswer => ({
  status,
  json: { status: 'error', errorType, error },
});

const send = (response: ServerResponse, { status, json }: ApiAnswer): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
};
