import { describe, expect, test } from 'vitest';
import type { MatchOptions } from '../../../src/programs/proxy/options.ts';
import { ENGINES } from '../../../src/sidecars/engines/engine-name.ts';
import { isInstalled } from '../../support/installed.ts';
import {
  clusterOptions,
  listenerOptions,
  proxyOptions,
  routeOptions,
} from '../proxy/support/proxy-options.ts';
import { runEngine } from './support/engine-process.ts';
import { asked, serve } from './support/servers.ts';

const match = (part: Partial<MatchOptions>): MatchOptions => ({
  ...{ path: null, headers: [], queryParams: [], method: null },
  ...part,
});

describe.each(ENGINES.map((engine) => [engine]))('%s', (engine) => {
  const run = test.runIf(isInstalled(engine));

  run('routes requests by path, header, query and method, the first that matches first', async () => {
    const [one, other] = [await serve(), await serve()];
    const to = [{ cluster: 'other', weight: 1 }];
    const routed = (part: Partial<MatchOptions>) => routeOptions({ matches: [match(part)], to });
    const proxy = await runEngine(
      engine,
      proxyOptions(one.port, {
        clusters: { web: clusterOptions([one.port]), other: clusterOptions([other.port]) },
        listeners: [
          listenerOptions({
            routes: [
              routed({ path: { type: 'Exact', value: '/exact' } }),
              routed({ path: { type: 'PathPrefix', value: '/pre.fix/' } }),
              routed({ path: { type: 'RegularExpression', value: '/r[0-9]+' } }),
              routed({ headers: [{ type: 'Exact', name: 'x-kind', value: "it's {b} %20 $x" }] }),
              routed({ headers: [{ type: 'RegularExpression', name: 'x-kind', value: 'k[12]' }] }),
              routed({ headers: [{ type: 'Present', name: 'x-there', value: '' }], method: 'PUT' }),
              routed({
                queryParams: [{ type: 'Exact', name: 'q', value: 'a b' }].map((q) => ({
                  ...q,
                  value: 'ab',
                })) as never,
              }),
              routeOptions({
                matches: [match({ method: 'DELETE' }), match({ path: { type: 'Exact', value: '/or' } })],
                to,
              }),
              routeOptions({ matches: [match({ path: { type: 'PathPrefix', value: '/' } })] }),
            ],
          }),
        ],
      }),
    );
    const gets = async (path: string, init: RequestInit = {}): Promise<string> => {
      const before = other.requests.length;
      const { status } = await asked(`${proxy.url}${path}`, init);
      expect(status).toBe(200);
      return other.requests.length > before ? 'other' : 'web';
    };
    expect(await gets('/exact?x')).toBe('other');
    expect(await gets('/exact/')).toBe('web');
    expect(await gets('/EXACT')).toBe('web');
    expect(await gets('/pre.fix')).toBe('other');
    expect(await gets('/pre.fix/a')).toBe('other');
    expect(await gets('/pre.fixed')).toBe('web');
    expect(await gets('/pre-fix')).toBe('web');
    expect(await gets('/r12')).toBe('other');
    expect(await gets('/r12x')).toBe('web');
    expect(await gets('/', { headers: { 'x-kind': "it's {b} %20 $x" } })).toBe('other');
    expect(await gets('/', { headers: { 'x-kind': 'k2' } })).toBe('other');
    expect(await gets('/', { headers: { 'x-kind': 'k3' } })).toBe('web');
    expect(await gets('/', { method: 'PUT', headers: { 'x-there': '1' } })).toBe('other');
    expect(await gets('/', { method: 'PUT' })).toBe('web');
    expect(await gets('/?a=1&q=ab')).toBe('other');
    expect(await gets('/?q=abc')).toBe('web');
    expect(await gets('/', { method: 'DELETE' })).toBe('other');
    expect(await gets('/or')).toBe('other');
  });

  run('answers with 404 where no route matches', async () => {
    const { port } = await serve();
    const only = routeOptions({ matches: [match({ path: { type: 'Exact', value: '/only' } })] });
    const proxy = await runEngine(
      engine,
      proxyOptions(port, { listeners: [listenerOptions({ routes: [only] })] }),
    );
    expect((await asked(`${proxy.url}/only`)).status).toBe(200);
    expect((await asked(`${proxy.url}/others`)).status).toBe(404);
  });

  run('changes headers of requests and of responses', async () => {
    const { port } = await serve((request, response) => {
      response.setHeader('x-old', 'old').setHeader('x-gone', 'gone').setHeader('x-more', 'app');
      response.end(JSON.stringify({ url: request.url, headers: request.headers }));
    });
    const value = `it's "so" {a} %{b} $c \\d`;
    const route = routeOptions({
      requestHeaders: { set: { 'x-set': value }, add: { 'x-add': 'mine' }, remove: ['x-remove'] },
      responseHeaders: { set: { 'x-old': value }, add: { 'x-more': 'mine' }, remove: ['x-gone'] },
    });
    const proxy = await runEngine(
      engine,
      proxyOptions(port, { listeners: [listenerOptions({ routes: [route] })] }),
    );
    const found = await asked(proxy.url, {
      headers: { 'x-set': 'theirs', 'x-add': 'theirs', 'x-remove': 'theirs', 'x-stays': 'theirs' },
    });
    expect(found.headers).toMatchObject({ 'x-set': value, 'x-add': 'theirs, mine', 'x-stays': 'theirs' });
    expect(found.headers).not.toHaveProperty('x-remove');
    expect(found.response.headers.get('x-old')).toBe(value);
    expect(found.response.headers.get('x-more')).toBe('app, mine');
    expect(found.response.headers.get('x-gone')).toBe(null);
  });

  run('tells the app of the client, and gives each request an id', async () => {
    const { port } = await serve();
    const proxy = await runEngine(engine, proxyOptions(port));
    const { headers } = await asked(proxy.url);
    expect(headers).toMatchObject({
      host: `127.0.0.1:${proxy.port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${proxy.port}`,
    });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{32,36}$/);
    const said = await asked(proxy.url, {
      headers: { 'x-request-id': 'mine', 'x-forwarded-for': '192.0.2.1' },
    });
    expect(said.headers).toMatchObject({ 'x-request-id': 'mine', 'x-forwarded-for': '192.0.2.1, 127.0.0.1' });
  });

  run('can tell of the client in one header, and tell nothing', async () => {
    const { port } = await serve();
    const told = async (forwarded: 'forwarded' | 'none') => {
      const listeners = [listenerOptions({ forwarded })];
      return (await asked((await runEngine(engine, proxyOptions(port, { listeners }))).url)).headers;
    };
    const one = await told('forwarded');
    expect(one['forwarded']).toMatch(/^for="?127\.0\.0\.1"?;host="127\.0\.0\.1:\d+";proto=http$/);
    expect(one).not.toHaveProperty('x-forwarded-for');
    const none = await told('none');
    expect(Object.keys(none).filter((name) => name.includes('forwarded'))).toEqual([]);
  });

  run('rewrites prefixes, paths and hosts', async () => {
    const { port } = await serve();
    const routed = (value: string, urlRewrite: { prefix?: string; path?: string; hostname?: string }) =>
      routeOptions({
        matches: [match({ path: { type: 'PathPrefix', value } })],
        urlRewrite: { hostname: null, path: null, prefix: null, ...urlRewrite },
      });
    const routes = [
      routed('/foo', { prefix: '/xyz' }),
      routed('/root', { prefix: '/' }),
      routed('/whole', { path: '/all' }),
      routed('/', { hostname: 'other.test' }),
    ];
    const proxy = await runEngine(engine, proxyOptions(port, { listeners: [listenerOptions({ routes })] }));
    const gets = async (path: string): Promise<string> => (await asked(`${proxy.url}${path}`)).url;
    expect(await gets('/foo/bar?x=1')).toBe('/xyz/bar?x=1');
    expect(await gets('/foo?x=1')).toBe('/xyz?x=1');
    expect(await gets('/root/bar')).toBe('/bar');
    expect(await gets('/root')).toBe('/');
    expect(await gets('/whole/a?x=1')).toBe('/all?x=1');
    expect((await asked(`${proxy.url}/else`)).headers['host']).toBe('other.test');
  });

  run('redirects', async () => {
    const { port } = await serve();
    const routed = (value: string, redirect: object) =>
      routeOptions({
        matches: [match({ path: { type: 'PathPrefix', value } })],
        to: [],
        requestRedirect: {
          ...{ scheme: null, hostname: null, port: null, path: null, prefix: null, statusCode: 302 },
          ...redirect,
        },
      });
    const routes = [
      routed('/a', { scheme: 'https', hostname: 'other.test', statusCode: 301 }),
      routed('/b', { prefix: '/c' }),
      routed('/d', { port: 8080, path: '/e' }),
      routeOptions(),
    ];
    const proxy = await runEngine(engine, proxyOptions(port, { listeners: [listenerOptions({ routes })] }));
    const gets = async (path: string) => {
      const { status, response } = await asked(`${proxy.url}${path}`);
      return [status, response.headers.get('location')];
    };
    expect(await gets('/a/x?y=1')).toEqual([301, 'https://other.test/a/x?y=1']);
    expect(await gets('/b/x?y=1')).toEqual([302, `http://127.0.0.1:${proxy.port}/c/x?y=1`]);
    expect(await gets('/d')).toEqual([302, 'http://127.0.0.1:8080/e']);
  });

  run('answers preflight requests, and allows origins', async () => {
    const { port } = await serve();
    const cors = {
      ...{ allowOrigins: ['https://*.app.test'], allowMethods: ['GET', 'PUT'], allowHeaders: ['x-a'] },
      ...{ exposeHeaders: ['x-b'], allowCredentials: true, maxAge: 60 },
    };
    const listeners = [listenerOptions({ routes: [routeOptions({ cors })] })];
    const proxy = await runEngine(engine, proxyOptions(port, { listeners }));
    const origin = 'https://a.app.test';
    const preflight = await asked(proxy.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT' },
    });
    expect(preflight.status).toBe(200);
    expect(Object.fromEntries(preflight.response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-a',
      'access-control-max-age': '60',
    });
    const real = await asked(proxy.url, { headers: { origin } });
    expect(real.response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(real.response.headers.get('access-control-expose-headers')).toBe('x-b');
    const foreign = await asked(proxy.url, { headers: { origin: 'https://evil.test' } });
    expect(foreign.response.headers.get('access-control-allow-origin')).toBe(null);
  });
});
