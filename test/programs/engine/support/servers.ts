import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server behind an engine, with what it was asked. */
export interface Behind {
  readonly port: number;
  readonly requests: IncomingMessage[];
}

/** Runs a server until the end of the test. By default it answers with what it was asked, as JSON. */
export const serve = async (answer: RequestListener = echo): Promise<Behind> => {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  onTestFinished(() => close(server));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, requests };
};

const close = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};

const echo: RequestListener = ({ method, url, headers }, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ method, url, headers }));
};

/** The status of a response, and what `serve` says that it was asked. */
export const asked = async (
  url: string,
  init: RequestInit = {},
): Promise<{
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: Response;
}> => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const found = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, url: found.url, headers: found.headers ?? {}, response };
};
