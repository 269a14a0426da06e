import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { RouteOptions } from '../../../../src/programs/proxy/options.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { logHere, proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { httpServer } from '../support/server.ts';

const echoing = () =>
  httpServer(async (incoming, response) => {
    const body = await text(incoming);
    const { method, url, headers } = incoming;
    response.setHeader('X-App', 'yes');
    response.end(JSON.stringify({ method, url, headers, body }));
  });

const withRoute = async (route: Partial<RouteOptions>, more = {}) => {
  const listeners = [listenerOptions({ routes: [routeOptions(route)] })];
  const proxy = await proxyHere(proxyOptions(await echoing(), { listeners, ...more }));
  return { proxy, url: `http://127.0.0.1:${proxy.port}` };
};

const seenBy = async (response: Response) =>
  (await response.json()) as { url: string; headers: Record<string, string> };

it('headers are changed on the way in and on the way out', async () => {
  const { url } = await withRoute({
    requestHeaders: { set: { 'X-Set': 'a' }, add: { 'X-Add': 'b' }, remove: ['X-Gone'] },
    responseHeaders: { set: { 'X-Out': 'c' }, add: {}, remove: ['X-App'] },
  });
  const response = await fetch(url, { headers: { 'x-set': 'old', 'x-gone': 'secret' } });
  expect(response.headers.get('x-out')).toBe('c');
  expect(response.headers.get('x-app')).toBe(null);
  const { headers } = await seenBy(response);
  expect(headers).toMatchObject({ 'x-set': 'a', 'x-add': 'b' });
  expect(headers['x-gone']).toBeUndefined();
});

it('a path and a host are rewritten', async () => {
  const { url } = await withRoute({
    matches: [{ path: { type: 'PathPrefix', value: '/api' }, headers: [], queryParams: [], method: null }],
    urlRewrite: { hostname: 'app.test', path: null, prefix: '/v2' },
  });
  const seen = await seenBy(await fetch(`${url}/api/users?q=1`));
  expect([seen.url, seen.headers['host']]).toEqual(['/v2/users?q=1', 'app.test']);
});

it('no route is a 404 that says so', async () => {
  const { url } = await withRoute({
    matches: [{ path: { type: 'Exact', value: '/only' }, headers: [], queryParams: [], method: null }],
  });
  const response = await fetch(`${url}/other`);
  expect([response.status, response.headers.get('x-sidecarctl-flags')]).toEqual([404, 'NR']);
  expect(await response.text()).toBe('edge: no route matches this request\n');
  expect((await fetch(`${url}/only`)).status).toBe(200);
});

it('a route redirects', async () => {
  const requestRedirect = {
    ...{ scheme: 'https' as const, hostname: null, port: 8443, path: null, prefix: null },
    statusCode: 308 as const,
  };
  const { url } = await withRoute({ requestRedirect, to: [] });
  const response = await fetch(`${url}/a?b`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([308, 'https://127.0.0.1:8443/a?b']);
});

it('a listener that redirects sends every request to the same host on the other port', async () => {
  const listeners = [listenerOptions({ kind: 'redirect', redirectTo: 'localhost:41234', routes: [] })];
  const proxy = await proxyHere(proxyOptions(0, { listeners, clusters: {} }));
  const asked = request({ port: proxy.port, path: '/x', headers: { host: 'web.localhost:80' } }).end();
  const [response] = await withDeadline('a response', once(asked));
  expect([response.statusCode, response.headers.location]).toEqual([307, 'https://web.localhost:41234/x']);
});

const once = (asked: ReturnType<typeof request>): Promise<readonly [import('node:http').IncomingMessage]> =>
  new Promise((resolve) => asked.once('response', (response) => resolve([response])));

it('a preflight is answered without the app', async () => {
  const cors = {
    ...{
      allowOrigins: ['https://*.app.test'],
      allowMethods: ['PUT'],
      allowHeaders: ['x-a'],
      exposeHeaders: [],
    },
    ...{ allowCredentials: false, maxAge: 60 },
  };
  const { url } = await withRoute({ cors });
  const origin = 'https://www.app.test';
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
  const response = await fetch(url, { headers: { origin } });
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(response.headers.get('x-app')).toBe('yes');
});

it('what is beyond the rate limit is refused, with the time to wait', async () => {
  const { url } = await withRoute({ rateLimit: { requests: 1, unit: 'Hour', burst: 2, by: 'clientIp' } });
  const statuses = [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
  const refused = await fetch(url);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
  expect(refused.headers.get('x-sidecarctl-flags')).toBe('RL');
});

const NO_FAULT = { delay: null, abort: null, byHeader: false, failFirst: 0, failEvery: 0 };

it('a fault is answered in place of the app, after its delay', async () => {
  const faultInjection = {
    ...{ ...NO_FAULT, delay: { fixedDelay: 200, percentage: 100 } },
    abort: { httpStatus: 418, grpcStatus: null, percentage: 100 },
  };
  const log = logHere('json');
  const { url } = await withRoute({ faultInjection }, { accessLog: log.accessLog });
  const from = performance.now();
  const response = await fetch(url);
  expect([response.status, response.headers.get('x-sidecarctl-flags')]).toEqual([418, 'DI,FI']);
  expect(performance.now() - from).toBeGreaterThan(190);
  await eventually('a line of the log', () => log.text().includes('"response_flags":"DI,FI"'));
});

it('the first requests fail, and then no more', async () => {
  const { url } = await withRoute({ faultInjection: { ...NO_FAULT, failFirst: 2 } });
  const statuses = [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status);
  expect(statuses).toEqual([503, 503, 200]);
});

it('a copy of every request goes elsewhere, marked, and changes nothing', async () => {
  const copies: string[] = [];
  const shadow = await httpServer(async (incoming, response) => {
    copies.push(`${incoming.method} ${incoming.url} ${incoming.headers.host} ${await text(incoming)}`);
    response.destroy();
  });
  const app = await echoing();
  const listeners = [
    listenerOptions({ routes: [routeOptions({ requestMirror: { cluster: 'shadow', percent: 100 } })] }),
  ];
  const clusters = { web: clusterOptions([app]), shadow: clusterOptions([shadow]) };
  const proxy = await proxyHere(proxyOptions(0, { listeners, clusters }));
  const url = `http://127.0.0.1:${proxy.port}`;
  expect((await fetch(`${url}/a`)).status).toBe(200);
  expect((await fetch(`${url}/b`, { method: 'POST', body: 'text' })).status).toBe(200);
  await eventually('both copies', () => copies.length === 2);
  const host = `127.0.0.1-shadow:${proxy.port}`;
  expect(copies.sort()).toEqual([`GET /a ${host} `, `POST /b ${host} text`]);
});

it('requests are shared by weight', async () => {
  const one = await httpServer((_, response) => void response.end('one'));
  const two = await httpServer((_, response) => void response.end('two'));
  const to = [
    { cluster: 'one', weight: 0 },
    { cluster: 'two', weight: 5 },
  ];
  const listeners = [listenerOptions({ routes: [routeOptions({ to })] })];
  const clusters = { one: clusterOptions([one]), two: clusterOptions([two]) };
  const proxy = await proxyHere(proxyOptions(0, { listeners, clusters }));
  for (let round = 0; round < 5; round += 1)
    expect(await (await fetch(`http://127.0.0.1:${proxy.port}`)).text()).toBe('two');
});

it('the app is told of the client, and a request in a loop of proxies ends', async () => {
  const { url } = await withRoute({});
  const { headers } = await seenBy(await fetch(url));
  expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
  expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  const looped = await fetch(url, { headers: { 'x-sidecarctl-hops': '10' } });
  expect(looped.status).toBe(508);
});

it('a log goes to a file', async () => {
  const log = logHere('text');
  const { url } = await withRoute({}, { accessLog: log.accessLog });
  await fetch(`${url}/logged`);
  const line = /^\[.+Z\] "GET \/logged HTTP\/1.1" 200 - 0 \d+ \d+ \d+ "127/;
  await eventually('the line', () => line.test(log.text()));
});
