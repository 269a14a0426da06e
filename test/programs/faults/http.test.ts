import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { type RunningFaults, runFaults } from './running-faults.ts';

const fault = (changes: object) => ({
  ...{ path: null, method: null, failFirst: null, every: null, percentage: null, status: 503, delay: 0 },
  ...changes,
});

const NEVER = fault({ path: '/never' });

interface Site {
  readonly faults: RunningFaults;
  readonly server: Server;
  readonly url: string;
  readonly upstream: string;
}

/** Faults in front of a server for HTTP. */
const openSite = async (
  http: readonly object[],
  serve: RequestListener,
  more: object = {},
): Promise<Site> => {
  const server = createServer(serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const faults = await runFaults({ upstream, http, ...more });
  return { faults, server, upstream, url: `http://127.0.0.1:${faults.main}` };
};

const ok: RequestListener = (_, response) => response.end('ok');

interface Got {
  readonly response: IncomingMessage;
  readonly body: string;
}

const ask = async (url: string, options: object = {}, body: string | null = null): Promise<Got> => {
  const asked = request(url, options).end(body ?? undefined);
  const [response] = (await withDeadline('a response', once(asked, 'response'))) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { response, body: text };
};

test('a fault answers with its status and says so, and what does not match reaches the server', async () => {
  const { url, faults } = await openSite([fault({ path: '/a', method: 'POST', failFirst: 1 })], ok);
  const first = await fetch(`${url}/a/b`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect([first.status, first.headers.get('x-sidecarctl-flags')]).toEqual([503, 'FI']);
  expect(await first.text()).toBe('slow: this fault was injected, as its options say\n');
  for (const [path, method] of [
    ['/a', 'POST'],
    ['/a', 'GET'],
    ['/b', 'POST'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
  }
  const { http } = await faults.call('GET', '/proxies/slow');
  expect(http).toMatchObject([{ path: '/a', matched: 2, injected: 1 }]);
  const metrics = await (await fetch(`${faults.url}/metrics`)).text();
  expect(metrics).toContain('sidecar_http_faults_injected_total{proxy="slow"} 1\n');
  expect(faults.output()).toContain('slow: all faults of HTTP requests have happened\n');
});

test('a fault delays the answer of the server, or its own', async () => {
  const { url } = await openSite(
    [fault({ path: '/late', status: null, delay: 150 }), fault({ path: '/lost', status: 500, delay: 150 })],
    ok,
  );
  for (const [path, status] of [
    ['/late', 200],
    ['/lost', 500],
  ]) {
    const from = performance.now();
    expect((await fetch(`${url}${path}`)).status).toBe(status);
    expect(performance.now() - from).toBeGreaterThan(140);
  }
});

test('toxics go on working beside faults of requests', async () => {
  const toxics = [{ type: 'latency', attributes: { latency: 150 } }];
  const { url } = await openSite([fault({ every: 2 })], ok, { toxics });
  const from = performance.now();
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url)).status).toBe(503);
  expect(performance.now() - from).toBeGreaterThan(290);
});

test('requests and responses pass as they are', async () => {
  const { url, faults } = await openSite([NEVER], (asked, response) => {
    let body = '';
    asked.on('data', (chunk) => (body += chunk));
    asked.on('end', () => {
      response.sendDate = false;
      response.writeHead(203, 'Fine', [
        'X-One',
        '1',
        'x-one',
        '2',
        'Trailer',
        'X-Sum',
        'Transfer-Encoding',
        'chunked',
      ]);
      response.write(
        JSON.stringify({ url: asked.url, method: asked.method, headers: asked.rawHeaders, body }),
      );
      response.addTrailers({ 'X-Sum': '7' });
      response.end();
    });
  });
  const headers = [
    'Host',
    'shop.test',
    'X-Two',
    '1',
    'x-TWO',
    '2',
    'Content-Length',
    '3',
    'Connection',
    'close',
  ];
  const { response, body } = await ask(`${url}/a%20b?c=d`, { method: 'PUT', headers, setHost: false }, 'abc');
  expect(JSON.parse(body)).toEqual({ url: '/a%20b?c=d', method: 'PUT', headers, body: 'abc' });
  expect([response.statusCode, response.statusMessage]).toEqual([203, 'Fine']);
  expect(response.rawHeaders.slice(0, 4)).toEqual(['X-One', '1', 'x-one', '2']);
  expect(response.headers.date).toBeUndefined();
  expect(response.trailers).toEqual({ 'x-sum': '7' });
  expect(faults.output()).toContain('faults of HTTP requests are on');
});

test('a body is sent only after the server has asked for it', async () => {
  const { url, server } = await openSite([NEVER], ok);
  let continued = 0;
  server.on('checkContinue', (asked, response) => {
    response.writeContinue();
    asked.resume().on('end', () => response.end('got it'));
  });
  const asked = request(url, { method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } });
  asked.on('continue', () => {
    continued += 1;
    asked.end('body');
  });
  asked.flushHeaders();
  const [response] = (await withDeadline('a response', once(asked, 'response'))) as [IncomingMessage];
  expect([response.statusCode, continued]).toEqual([200, 1]);
  response.resume();
});

test('what a server sends piece by piece arrives piece by piece', async () => {
  const { url } = await openSite([NEVER], (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  const response = await fetch(url);
  const reader = response.body?.getReader();
  expect(String(new TextDecoder().decode((await reader?.read())?.value))).toBe('data: 1\n\n');
  await reader?.cancel();
});

test('a connection lasts as long as the one to the server, in both directions', async () => {
  const { url, server } = await openSite([NEVER], ok);
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(url, { agent });
  await ask(url, { agent });
  expect(open).toBe(1);
  agent.destroy();
  await eventually('the connection to the server to end', () => open === 0);
  const port = Number(new URL(url).port);
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await withDeadline('a response', once(socket, 'data'));
  server.closeIdleConnections();
  socket.resume();
  await withDeadline('the end of the connection', once(socket, 'end'));
});

test('a server that breaks off breaks off for the client, and one that refuses closes the connection', async () => {
  const { url, server, faults } = await openSite([NEVER], (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('abc', () => response.destroy());
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  await expect(fetch(url)).rejects.toThrow();
  await eventually('a line', () => /no connection to .*ECONNREFUSED/.test(faults.output()));
});

test('a client that goes away is missed by the server', async () => {
  let isGone = false;
  const { url } = await openSite([NEVER], (_, response) => {
    response.writeHead(200).flushHeaders();
    response.on('close', () => {
      isGone = true;
    });
  });
  const abort = new AbortController();
  await fetch(url, { signal: abort.signal });
  abort.abort();
  await eventually('the server to see it', () => isGone);
});

test('a WebSocket passes through, and a fault can refuse it', async () => {
  const { url, server } = await openSite([fault({ path: '/no', status: 502 })], ok);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
  const socket = new WebSocket(url.replace('http', 'ws'));
  onTestFinished(() => socket.terminate());
  await withDeadline('an open socket', once(socket, 'open'));
  socket.send('hello');
  const [message] = await withDeadline('an echo', once(socket, 'message'));
  expect(String(message)).toBe('echo hello');
  const refused = new WebSocket(`${url.replace('http', 'ws')}/no`);
  const [, response] = await withDeadline('a refusal', once(refused, 'unexpected-response'));
  expect(response.statusCode).toBe(502);
  refused.on('error', () => undefined);
  refused.terminate();
});

test('a reload changes the faults, a reset removes them, and then nothing looks at what connections carry', async () => {
  const { url, faults, upstream } = await openSite([fault({})], ok);
  expect((await fetch(url)).status).toBe(503);
  faults.reload({ upstream, http: [fault({ status: 418 })] });
  await eventually('the other fault', async () => (await fetch(url)).status === 418);
  await fetch(`${faults.url}/reset`, { method: 'POST' });
  const { http } = await faults.call('GET', '/proxies/slow');
  expect(http).toBeUndefined();
  expect((await fetch(url)).status).toBe(200);
  expect(faults.output()).toContain('faults of HTTP requests are off');
});

test('clients of Toxiproxy may move a proxy with faults of requests to another upstream', async () => {
  const { url, faults } = await openSite([fault({ path: '/a' })], ok);
  const other = createServer((_, response) => response.end('other'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void other.close());
  onTestFinished(() => other.closeAllConnections());
  await faults.call('POST', '/proxies/slow', {
    upstream: `127.0.0.1:${(other.address() as AddressInfo).port}`,
  });
  expect(await (await fetch(`${url}/b`)).text()).toBe('other');
  expect((await fetch(`${url}/a`)).status).toBe(503);
});
