import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import type { ProxyOptions, RouteOptions } from '../../../../src/programs/proxy/options.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { logHere, proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { byteServer, httpServer } from '../support/server.ts';

const { retry } = routeOptions();

const withRoute = (
  port: number,
  route: Partial<RouteOptions>,
  more: Partial<ProxyOptions> = {},
): ProxyOptions =>
  proxyOptions(port, { listeners: [listenerOptions({ routes: [routeOptions(route)] })], ...more });

const proxyFor = async (
  serve: RequestListener,
  route: Partial<RouteOptions>,
  more: Partial<ProxyOptions> = {},
) => {
  const proxy = await proxyHere(withRoute(await httpServer(serve), route, more));
  return { proxy, url: `http://127.0.0.1:${proxy.port}` };
};

/** Answers 503 so many times, and then says how often it was asked. */
const failingFirst = (times: number): RequestListener => {
  let asked = 0;
  return async (incoming, response) => {
    asked += 1;
    const count = asked;
    const body = await text(incoming);
    if (count <= times) response.writeHead(503).end('not yet');
    else response.end(`${count} ${body}`);
  };
};

const on5xx = (changes: Partial<RouteOptions['retry']> = {}) => ({
  retry: { ...retry, retryOn: ['5xx'], numRetries: 3, ...changes },
});

it('a request is sent again for a status that the route names, with its body', async () => {
  const { url } = await proxyFor(failingFirst(2), on5xx());
  const response = await fetch(url, { method: 'POST', body: 'hello' });
  expect(await response.text()).toBe('3 hello');
});

it('a response of the last attempt is passed on when all retries are used, and the log says so', async () => {
  const log = logHere('text');
  const { url } = await proxyFor(failingFirst(9), on5xx({ numRetries: 1 }), {
    accessLog: log.accessLog,
  });
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([503, 'not yet']);
  await eventually('a line of the log', () => / 503 URX 0 7 /.test(log.text()));
});

it('a body that is too large to be kept is sent once', async () => {
  const { url } = await proxyFor(failingFirst(1), on5xx({ bodyLimit: 1_000 }));
  expect((await fetch(url, { method: 'POST', body: 'x'.repeat(2_000) })).status).toBe(503);
  expect((await fetch(url, { method: 'POST', body: 'small' })).status).toBe(200);
});

it('bodies that are kept have a limit for all together', async () => {
  const { limits } = proxyOptions(0);
  const { url } = await proxyFor(failingFirst(1), on5xx(), { limits: { ...limits, heldBytes: 1_000 } });
  expect((await fetch(url, { method: 'POST', body: 'x'.repeat(2_000) })).status).toBe(503);
});

it('Retry-After of a response is waited for', async () => {
  let asked = 0;
  const { url } = await proxyFor((_, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(503, { 'retry-after': '1' }).end();
    else response.end('now');
  }, on5xx());
  const from = performance.now();
  expect(await (await fetch(url)).text()).toBe('now');
  expect(performance.now() - from).toBeGreaterThan(950);
});

it('an attempt that takes too long is given up for another one', async () => {
  let asked = 0;
  const { url } = await proxyFor(
    (_, response) => {
      asked += 1;
      if (asked > 1) response.end('second');
    },
    on5xx({ perRetryTimeout: 200 }),
  );
  expect(await (await fetch(url)).text()).toBe('second');
});

it.each(['request', 'backendRequest'])('timeouts.%s ends a request with 504', async (which) => {
  const timeouts = { ...routeOptions().timeouts, [which]: 150 };
  const { url } = await proxyFor(() => undefined, { timeouts });
  const response = await fetch(url);
  expect(response.status).toBe(504);
  expect(response.headers.get('x-sidecarctl-flags')).toBe('UT');
  expect(await response.text()).toBe('edge: web did not answer within 150ms\n');
});

it.each(['request', 'backendRequest'])('timeouts.%s cuts a response that has begun', async (which) => {
  const timeouts = { ...routeOptions().timeouts, [which]: 1_000 };
  const { url } = await proxyFor((_, response) => void response.write('begun'), { timeouts });
  const [response] = await withDeadline('a response', once(request(url).end(), 'response'));
  await expect(withDeadline('the end', text(response))).rejects.toThrow('aborted');
});

it('a request on which nothing moves for timeouts.idle is ended', async () => {
  const timeouts = { ...routeOptions().timeouts, idle: 500 };
  const { url } = await proxyFor(() => undefined, { timeouts });
  const response = await fetch(url);
  expect([response.status, response.headers.get('x-sidecarctl-flags')]).toEqual([504, 'SI']);
});

it('a request waits for an app that is down, and gets its answer once it is up', async () => {
  const port = await freePort();
  const proxy = await proxyHere(proxyOptions(port));
  const asked = fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body: 'kept' });
  await eventually('an attempt', () => proxy.stats().includes('"waiting":1'));
  const app = createServer(async (incoming, response) => void response.end(await text(incoming)));
  onTestFinished(() => void app.close());
  await once(app.listen(port, '127.0.0.1'), 'listening');
  expect(await (await asked).text()).toBe('kept');
});

it('an app that stays down for holdFor is an answer that names it', async () => {
  const port = await freePort();
  const clusters = { web: clusterOptions([port], { holdFor: 200 }) };
  const proxy = await proxyHere(proxyOptions(port, { clusters }));
  const response = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect([response.status, response.headers.get('x-sidecarctl-flags')]).toEqual([503, 'UF']);
  expect(await response.text()).toBe(`edge: web does not answer on 127.0.0.1:${port}: connection refused\n`);
});

it('what is no HTTP is a 502, and a connection that ends without an answer is a 503', async () => {
  const garbage = await byteServer((socket) => socket.on('data', () => socket.end('hello\r\n\r\n')));
  const silent = await byteServer((socket) => socket.on('data', () => socket.destroy()));
  const clusters = {
    web: clusterOptions([garbage], { holdFor: 0 }),
    dead: clusterOptions([silent], { holdFor: 0 }),
  };
  const routes = [
    routeOptions({
      matches: [{ path: { type: 'PathPrefix', value: '/dead' }, headers: [], queryParams: [], method: null }],
      to: [{ cluster: 'dead', weight: 1 }],
    }),
    routeOptions(),
  ];
  const proxy = await proxyHere(proxyOptions(0, { clusters, listeners: [listenerOptions({ routes })] }));
  const ask = async (path: string, init = {}) => {
    const { status, headers } = await fetch(`http://127.0.0.1:${proxy.port}${path}`, init);
    return [status, headers.get('x-sidecarctl-flags')];
  };
  expect(await ask('/')).toEqual([502, 'UPE']);
  expect(await ask('/dead', { method: 'POST', body: 'x' })).toEqual([503, 'UC']);
});

it('requests beyond maxParallelRequests are refused at once', async () => {
  const held: (() => void)[] = [];
  const port = await httpServer((_, response) => void held.push(() => response.end()));
  const { circuitBreaker } = clusterOptions([port]);
  const clusters = {
    web: clusterOptions([port], { circuitBreaker: { ...circuitBreaker, maxParallelRequests: 1 } }),
  };
  const proxy = await proxyHere(proxyOptions(port, { clusters }));
  const first = fetch(`http://127.0.0.1:${proxy.port}/`);
  await eventually('the first request', () => held.length === 1);
  const second = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect([second.status, second.headers.get('x-envoy-overloaded')]).toEqual([503, 'true']);
  held[0]?.();
  expect((await first).status).toBe(200);
});

it('endpoints share the requests, and one that fails active checks gets none', async () => {
  const counts = { sick: 0, well: 0 };
  const sick = await httpServer((incoming, response) => {
    if (incoming.url === '/health') return void response.writeHead(500).end();
    counts.sick += 1;
    response.end();
  });
  const well = await httpServer((incoming, response) => {
    if (incoming.url !== '/health') counts.well += 1;
    response.end();
  });
  const active = {
    path: '/health',
    timeout: 1_000,
    interval: 50,
    unhealthyThreshold: 2,
    healthyThreshold: 1,
  };
  const clusters = { web: clusterOptions([sick, well], { active, loadBalancer: { type: 'RoundRobin' } }) };
  const proxy = await proxyHere(proxyOptions(0, { clusters }));
  await eventually('a check', () => proxy.stats().includes('"healthy":false'));
  const before = counts.sick;
  for (let round = 0; round < 10; round += 1) await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect(counts.sick).toBe(before);
  expect(counts.well).toBeGreaterThanOrEqual(10);
});

it('requests with the same header go to the same endpoint', async () => {
  const named =
    (name: string): RequestListener =>
    (_, response) =>
      void response.end(name);
  const ports = [await httpServer(named('a')), await httpServer(named('b')), await httpServer(named('c'))];
  const loadBalancer = { type: 'ConsistentHash', by: { type: 'Header', name: 'X-User' } } as const;
  const proxy = await proxyHere(
    proxyOptions(0, { clusters: { web: clusterOptions(ports, { loadBalancer }) } }),
  );
  const ask = async (user: string) =>
    (await fetch(`http://127.0.0.1:${proxy.port}/`, { headers: { 'x-user': user } })).text();
  const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
  const first = await Promise.all(users.map(ask));
  expect(await Promise.all(users.map(ask))).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

it('an endpoint with a host of its own is asked for that', async () => {
  const port = await httpServer((incoming, response) => void response.end(incoming.headers.host));
  const endpoints = clusterOptions([port]).endpoints.map((endpoint) => ({
    ...endpoint,
    host: 'pay.example.com',
  }));
  const proxy = await proxyHere(
    proxyOptions(port, { clusters: { web: clusterOptions([port], { endpoints }) } }),
  );
  expect(await (await fetch(`http://127.0.0.1:${proxy.port}/`)).text()).toBe('pay.example.com');
});
