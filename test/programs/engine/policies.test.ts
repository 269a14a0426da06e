import { createServer, type Server } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ClusterOptions, RouteOptions } from '../../../src/programs/proxy/options.ts';
import { ENGINES, type EngineName } from '../../../src/sidecars/engines/engine-name.ts';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import {
  clusterOptions,
  listenerOptions,
  proxyOptions,
  routeOptions,
} from '../proxy/support/proxy-options.ts';
import { type EngineProcess, runEngine } from './support/engine-process.ts';
import { asked, type Behind, serve } from './support/servers.ts';

const { retry: RETRY, timeouts: TIMEOUTS } = routeOptions();
const { circuitBreaker: BREAKER, passive } = clusterOptions([]);
if (passive === null) throw new Error('there is a passive health check by default');

const ROUND_ROBIN = { loadBalancer: { type: 'RoundRobin' } } as const;

const runWith = (
  engine: EngineName,
  servers: readonly Behind[],
  cluster: Partial<ClusterOptions>,
  route: Partial<RouteOptions> = {},
): Promise<EngineProcess> =>
  runEngine(
    engine,
    proxyOptions(0, {
      clusters: {
        web: clusterOptions(
          servers.map(({ port }) => port),
          cluster,
        ),
      },
      listeners: [listenerOptions({ routes: [routeOptions(route)] })],
    }),
  );

const counts = (servers: readonly Behind[]): readonly number[] =>
  servers.map(({ requests }) => requests.length);

const times = async <Value>(count: number, call: () => Promise<Value>): Promise<Value[]> => {
  const all: Value[] = [];
  for (let index = 0; index < count; index++) all.push(await call());
  return all;
};

const status =
  (code: number) =>
  (_: unknown, response: { statusCode: number; end: (text: string) => void }): void => {
    response.statusCode = code;
    response.end('{}');
  };

/** The engines that have a feature, of which each test runs where the engine is installed. */
const on = (
  engines: readonly EngineName[],
  title: string,
  body: (engine: EngineName) => Promise<void>,
): void => {
  for (const engine of engines)
    test.runIf(isInstalled(engine))(`${engine} ${title}`, () => body(engine), 60_000);
};

describe('balancing', () => {
  on(ENGINES, 'shares requests out in turns', async (engine) => {
    const servers = await Promise.all([serve(), serve(), serve()]);
    const proxy = await runWith(engine, servers, ROUND_ROBIN);
    await times(9, () => asked(proxy.url));
    expect(counts(servers)).toEqual([3, 3, 3]);
  });

  on(['haproxy', 'nginx'], 'gives a heavier server more', async (engine) => {
    const servers = await Promise.all([serve(), serve()]);
    const endpoints = servers.map(({ port }, index) => ({
      ...{ address: `127.0.0.1:${port}`, weight: index === 0 ? 3 : 1 },
      ...{ isProcess: false, host: null },
    }));
    const proxy = await runWith(engine, servers, { ...ROUND_ROBIN, endpoints });
    await times(12, () => asked(proxy.url));
    expect(counts(servers)).toEqual([9, 3]);
  });

  on(['haproxy', 'nginx'], 'shares a route out by weights', async (engine) => {
    const servers = await Promise.all([serve(), serve()]);
    const [one, other] = servers.map(({ port }) => clusterOptions([port]));
    const to = [
      { cluster: 'one', weight: 1 },
      { cluster: 'other', weight: 3 },
      { cluster: 'none', weight: 0 },
    ];
    const proxy = await runEngine(
      engine,
      proxyOptions(0, {
        clusters: { one, other, none: clusterOptions([1]) } as Record<string, ClusterOptions>,
        listeners: [listenerOptions({ routes: [routeOptions({ to })] })],
      }),
    );
    await times(100, () => asked(proxy.url));
    const [less = 0, more = 0] = counts(servers);
    expect(less + more).toBe(100);
    expect(less).toBeGreaterThan(5);
    expect(more).toBeGreaterThan(50);
  });

  const bys: ReadonlyArray<
    readonly [
      readonly EngineName[],
      Extract<ClusterOptions['loadBalancer'], { type: 'ConsistentHash' }>['by'],
      (key: string) => readonly [string, Record<string, string>],
    ]
  > = [
    [ENGINES, { type: 'Header', name: 'x-user' }, (key) => ['/', { 'x-user': key }]],
    [['haproxy', 'nginx'], { type: 'Cookie', name: 'user' }, (key) => ['/', { cookie: `user=${key}` }]],
    [['haproxy', 'nginx'], { type: 'QueryParam', name: 'user' }, (key) => [`/?user=${key}`, {}]],
  ];
  for (const [engines, by, requestOf] of bys)
    on(engines, `keeps what has the same ${by.type} at one server`, async (engine) => {
      const servers = await Promise.all([serve(), serve(), serve()]);
      const proxy = await runWith(engine, servers, { loadBalancer: { type: 'ConsistentHash', by } });
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
        const before = counts(servers);
        const [path, headers] = requestOf(key);
        await times(4, () => asked(`${proxy.url}${path}`, { headers }));
        const more = counts(servers).map((count, index) => count - (before[index] ?? 0));
        expect(more.toSorted()).toEqual([0, 0, 4]);
      }
      expect(counts(servers).filter((count) => count > 0).length).toBeGreaterThan(1);
    });
});

describe('retries', () => {
  on(ENGINES, 'asks another server when one refuses', async (engine) => {
    const servers = [await serve(), { port: await freePort(), requests: [] }];
    const proxy = await runWith(engine, servers, ROUND_ROBIN);
    const all = await times(8, () => asked(proxy.url));
    expect(all.map((each) => each.status)).toEqual(Array(8).fill(200));
  });

  on(['haproxy', 'nginx'], 'retries the statuses that it was told to', async (engine) => {
    const servers = await Promise.all([serve(status(503)), serve()]);
    const retry = { ...RETRY, retryOn: ['retriable-status-codes'], statusCodes: [503] };
    const proxy = await runWith(engine, servers, ROUND_ROBIN, { retry });
    expect((await times(6, () => asked(proxy.url))).map((each) => each.status)).toEqual(Array(6).fill(200));
    expect(servers[0]?.requests.length).toBeGreaterThan(0);
    const plain = await runWith(engine, servers, ROUND_ROBIN);
    expect((await times(6, () => asked(plain.url))).map((each) => each.status)).toContain(503);
  });

  on(['haproxy', 'nginx'], 'asks as often as it was told to', async (engine) => {
    const servers = [await serve(status(503))];
    const retry = { ...RETRY, numRetries: 3, retryOn: ['5xx'] };
    const proxy = await runWith(engine, servers, {}, { retry });
    expect((await asked(proxy.url)).status).toBe(503);
    expect(counts(servers)).toEqual([4]);
  });

  on(ENGINES, 'does not repeat what may have been done', async (engine) => {
    const servers = [await serve((request) => void request.socket.destroy())];
    const proxy = await runWith(engine, servers, { holdFor: 0 });
    const { status: found } = await asked(proxy.url, { method: 'POST', body: 'pay' });
    expect(found).toBe(502);
    expect(counts(servers)).toEqual([1]);
  });
});

describe('an app that restarts', () => {
  on(['haproxy', 'caddy'], 'lets a request wait until the app is there', async (engine) => {
    const port = await freePort();
    const proxy = await runWith(engine, [{ port, requests: [] }], { holdFor: 10_000 });
    const answer = asked(proxy.url);
    let server: Server | null = null;
    await new Promise((resolve) => setTimeout(resolve, 300));
    server = createServer((_, response) => response.end('{}')).listen(port, '127.0.0.1');
    expect((await answer).status).toBe(200);
    server.close();
    server.closeAllConnections();
  });

  on(ENGINES, 'does not let it wait when it is not to', async (engine) => {
    const proxy = await runWith(
      engine,
      [{ port: await freePort(), requests: [] }],
      { holdFor: 0 },
      { retry: { ...RETRY, numRetries: 0 } },
    );
    const from = performance.now();
    expect((await asked(proxy.url)).status).toBeGreaterThanOrEqual(502);
    expect(performance.now() - from).toBeLessThan(1_900);
  });
});

describe('limits', () => {
  on(ENGINES, 'lets so many requests through at a time', async (engine) => {
    const held: (() => void)[] = [];
    const servers = [await serve((_, response) => void held.push(() => response.end('{}')))];
    const circuitBreaker = {
      ...BREAKER,
      maxParallelRequests: 2,
      maxPendingRequests: engine === 'haproxy' ? 0 : 1_024,
    };
    const proxy = await runWith(
      engine,
      servers,
      { circuitBreaker, holdFor: 0 },
      { retry: { ...RETRY, numRetries: engine === 'caddy' ? 1 : 0 } },
    );
    const first = [asked(proxy.url), asked(proxy.url)];
    await eventually('two requests', () => held.length === 2);
    const third = await asked(proxy.url);
    expect(third.status).toBe(engine === 'nginx' ? 502 : 503);
    if (engine === 'haproxy') expect(third.response.headers.get('x-envoy-overloaded')).toBe('true');
    for (const end of held) end();
    expect((await Promise.all(first)).map((each) => each.status)).toEqual([200, 200]);
  });

  on(['haproxy'], 'lets so many wait', async (engine) => {
    const held: (() => void)[] = [];
    const servers = [await serve((_, response) => void held.push(() => response.end('{}')))];
    const circuitBreaker = { ...BREAKER, maxParallelRequests: 1, maxPendingRequests: 1 };
    const proxy = await runWith(engine, servers, { circuitBreaker });
    const all = [asked(proxy.url), asked(proxy.url), asked(proxy.url)];
    const refused = await Promise.race(all.map(async (each) => (await each).status));
    expect(refused).toBe(503);
    await eventually('the first', () => held.length === 1);
    held[0]?.();
    await eventually('the second', () => held.length === 2);
    held[1]?.();
    expect((await Promise.all(all)).map((each) => each.status).toSorted()).toEqual([200, 200, 503]);
  });

  on(['haproxy', 'nginx'], 'limits the rate of all, and of each', async (engine) => {
    const servers = [await serve()];
    const rateLimit = { requests: 3, unit: 'Minute', burst: 3 } as const;
    const all = await runWith(engine, servers, {}, { rateLimit: { ...rateLimit, by: 'all' } });
    const found = await times(6, () => asked(all.url));
    expect(found.map((each) => each.status)).toEqual([200, 200, 200, 429, 429, 429]);
    expect(Number(found[3]?.response.headers.get('retry-after'))).toBeGreaterThan(0);
    const each = await runWith(
      engine,
      servers,
      {},
      { rateLimit: { ...rateLimit, by: { header: 'x-user' } } },
    );
    const of = (user: string) => asked(each.url, { headers: { 'x-user': user } });
    expect((await times(4, () => of('one'))).map((one) => one.status)).toEqual([200, 200, 200, 429]);
    expect((await of('other')).status).toBe(200);
  });

  on(ENGINES, 'refuses headers that are too large', async (engine) => {
    const servers = [await serve()];
    const options = proxyOptions(servers[0]?.port ?? 0);
    const proxy = await runEngine(engine, { ...options, limits: { ...options.limits, headerBytes: 16_384 } });
    const large = await asked(proxy.url, { headers: { 'x-large': 'x'.repeat(100_000) } }).catch(() => ({
      status: 431,
    }));
    expect([400, 431]).toContain(large.status);
    expect(counts(servers)).toEqual([0]);
  });

  on(ENGINES, 'ends a request whose answer takes too long', async (engine) => {
    const servers = [await serve(() => undefined)];
    const timeouts = { ...TIMEOUTS, backendRequest: 150 };
    const proxy = await runWith(
      engine,
      servers,
      { holdFor: 0 },
      { timeouts, retry: { ...RETRY, numRetries: 0 } },
    );
    expect([502, 504]).toContain((await asked(proxy.url)).status);
  });
});

describe('health', () => {
  on(['haproxy', 'caddy'], 'asks servers whether they are well', async (engine) => {
    let isWell = true;
    const servers = await Promise.all([
      serve((request, response) => {
        response.statusCode = request.url === '/health' && !isWell ? 500 : 200;
        response.end('{}');
      }),
      serve((_, response) => void response.end('{}')),
    ]);
    const active = {
      path: '/health',
      timeout: 500,
      interval: 100,
      unhealthyThreshold: 3,
      healthyThreshold: 1,
    };
    const proxy = await runWith(engine, servers, { ...ROUND_ROBIN, active });
    const reached = async (): Promise<boolean> => {
      const own = (): number => servers[0]?.requests.filter(({ url }) => url === '/').length ?? 0;
      const before = own();
      await times(4, () => asked(proxy.url));
      return own() > before;
    };
    await eventually('a server that is well', reached);
    isWell = false;
    await eventually('a server that is not', async () => !(await reached()));
    isWell = true;
    await eventually('a server that is well again', reached);
  });

  on(ENGINES, 'takes out a server that fails', async (engine) => {
    const servers = await Promise.all([serve(status(500)), serve()]);
    const ejecting = {
      ...passive,
      consecutive5XxErrors: 2,
      baseEjectionTime: 60_000,
      maxEjectionPercent: 100,
    };
    // nginx counts what it retries.
    const retry = { ...RETRY, retryOn: engine === 'nginx' ? ['5xx'] : RETRY.retryOn };
    const proxy = await runWith(engine, servers, { ...ROUND_ROBIN, passive: ejecting }, { retry });
    await eventually('the failing server to be out', async () => {
      const before = servers[0]?.requests.length;
      await times(6, () => asked(proxy.url));
      return servers[0]?.requests.length === before;
    });
    expect(servers[0]?.requests.length).toBeGreaterThanOrEqual(2);
  });
});

describe('faults', () => {
  const none = { delay: null, abort: null, byHeader: false, failFirst: 0, failEvery: 0 };

  on(['haproxy', 'nginx'], 'fails a share of requests', async (engine) => {
    const servers = [await serve()];
    const abort = { httpStatus: 418, grpcStatus: null };
    const all = await runWith(
      engine,
      servers,
      {},
      { faultInjection: { ...none, abort: { ...abort, percentage: 100 } } },
    );
    expect((await asked(all.url)).status).toBe(418);
    const half = await runWith(
      engine,
      servers,
      {},
      { faultInjection: { ...none, abort: { ...abort, percentage: 50 } } },
    );
    const found = (await times(60, () => asked(half.url))).filter((each) => each.status === 418).length;
    expect(found).toBeGreaterThan(10);
    expect(found).toBeLessThan(50);
  });

  on(['haproxy'], 'fails gRPC, and delays', async (engine) => {
    const servers = [await serve()];
    const abort = { httpStatus: null, grpcStatus: 14, percentage: 100 };
    const failing = await runWith(engine, servers, {}, { faultInjection: { ...none, abort } });
    const { response } = await asked(failing.url);
    expect([response.status, response.headers.get('grpc-status')]).toEqual([200, '14']);
    const delay = { fixedDelay: 400, percentage: 100 };
    const slow = await runWith(engine, servers, {}, { faultInjection: { ...none, delay } });
    const from = performance.now();
    expect((await asked(slow.url)).status).toBe(200);
    expect(performance.now() - from).toBeGreaterThanOrEqual(395);
  });

  on(['nginx'], 'mirrors requests', async (engine) => {
    const [web, shadow] = await Promise.all([serve(), serve()]);
    const proxy = await runEngine(
      engine,
      proxyOptions(0, {
        clusters: { web: clusterOptions([web.port]), shadow: clusterOptions([shadow.port]) },
        listeners: [
          listenerOptions({ routes: [routeOptions({ requestMirror: { cluster: 'shadow', percent: 100 } })] }),
        ],
      }),
    );
    await asked(`${proxy.url}/a?b=c`, { method: 'POST', body: 'text' });
    await eventually('the copy', () => shadow.requests.length === 1);
    expect(shadow.requests[0]).toMatchObject({ method: 'POST', url: '/a?b=c' });
    expect(shadow.requests[0]?.headers.host).toMatch(/-shadow/);
    expect(counts([web])).toEqual([1]);
  });
});
