import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check/check-config.ts';
import { resolvePod } from '../../src/config/resolve/resolve-pod.ts';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import type { ProxyOptions } from '../../src/programs/proxy/options.ts';
import { PRESETS } from '../../src/sidecars/presets.ts';
import { inputsFor, makeFolder, podOf, problemsOf, processOf } from '../config/support.ts';
import { clusterOptions, routeOptions, serverTlsOptions } from '../programs/proxy/support/proxy-options.ts';

const web = { name: 'web', command: 'web', ports: { http: 3000, debug: 9229 } };

const shop = (options: object, more: object = {}) => ({
  name: 'shop',
  volumes: { logs: {} },
  sidecars: {
    edge: { use: 'ambassador', with: { to: 'web', ...options } },
    api: { command: 'api', ports: { http: 4000 } },
    ...more,
  },
  primary: web,
});

const optionsOf = (pod: PodSpec, name = 'edge'): ProxyOptions =>
  JSON.parse(processOf(pod, name).files[0]?.content ?? '');

const proxyOf = (options: object, more: object = {}): ProxyOptions => optionsOf(podOf(shop(options, more)));

const podIn = (config: object, files: Readonly<Record<string, string>>) => {
  const folder = makeFolder(files);
  const loaded = checkConfig(config, { file: 'x', folder, env: {} }, PRESETS);
  const pod = loaded.ok ? resolvePod(loaded.value, inputsFor(loaded.value)) : loaded;
  if (!pod.ok) throw new Error(JSON.stringify(pod.problems));
  return { pod: pod.value, folder };
};

describe('an ambassador', () => {
  it('has the defaults of the research for everything that its options leave out', () => {
    const pod = podOf(shop({}));
    const edge = processOf(pod, 'edge');
    const [http, admin] = edge.ports.map(({ port }) => port);
    expect(edge.ports.map(({ name }) => name)).toEqual(['http', 'admin']);
    expect(optionsOf(pod)).toEqual({
      name: 'edge',
      pod: 'shop',
      admin: `127.0.0.1:${admin}`,
      certificates: expect.stringMatching(/\/sidecarctl$/),
      listeners: [
        {
          ...{ name: 'http', listen: `127.0.0.1:${http}`, kind: 'http', tls: null },
          ...{ routes: [routeOptions()], redirectTo: null, forwarded: 'x-forwarded' },
        },
      ],
      clusters: {
        web: clusterOptions([], {
          endpoints: [{ address: '127.0.0.1:3000', host: null, weight: 1, isProcess: true }],
        }),
      },
      accessLog: { format: 'text', path: null },
      tracing: null,
      drainTimeout: 2_000,
      limits: { connections: 20_000, headerBytes: 65_536, heldBytes: 64 * 1024 * 1024 },
    });
    expect(edge.dependsOn).toMatchObject([{ process: 'web', condition: 'ready' }]);
    // The app does not wait for what stands before it.
    expect(processOf(pod, 'web').dependsOn.map(({ process }) => process)).toEqual(['api']);
  });

  it('with TLS has a port https, a certificate of the local CA, and variables for those who trust it', () => {
    const pod = podOf(shop({ tls: true, port: 8443, redirectPort: 'auto', trust: 'all' }));
    const edge = processOf(pod, 'edge');
    expect(edge.ports.map(({ name }) => name)).toEqual(['https', 'http', 'admin']);
    expect(optionsOf(pod).listeners).toMatchObject([
      {
        ...{ name: 'https', listen: '127.0.0.1:8443', kind: 'auto' },
        tls: serverTlsOptions(),
        routes: [{ to: [{ cluster: 'app', weight: 1 }] }],
      },
      { name: 'http', kind: 'redirect', tls: null, redirectTo: 'localhost:8443', routes: [] },
    ]);
    expect(Object.keys(optionsOf(pod).clusters)).toEqual(['app']);
    expect(processOf(pod, 'api').launch.env.provided).toEqual({
      EDGE_URL: { value: 'https://localhost:8443', by: 'edge' },
      NODE_EXTRA_CA_CERTS: { value: expect.stringMatching(/ca\.crt$/), by: 'edge' },
      SSL_CERT_FILE: { value: expect.stringMatching(/public\.pem$/), by: 'edge' },
      REQUESTS_CA_BUNDLE: { value: expect.stringMatching(/public\.pem$/), by: 'edge' },
      CURL_CA_BUNDLE: { value: expect.stringMatching(/public\.pem$/), by: 'edge' },
    });
  });

  it('with files of a certificate has no variable for trust', () => {
    const cert = { cert: '${volumes.logs}/a.crt', key: '${volumes.logs}/a.key' };
    const tls = { ...cert, clientAuth: 'require', ca: 'ca.crt', minVersion: 'TLSv1.3' };
    const { pod, folder } = podIn(shop({ tls }), { 'ca.crt': '' });
    expect(optionsOf(pod).listeners[0]?.tls).toEqual(
      serverTlsOptions({
        files: { cert: '/volumes/logs/a.crt', key: '/volumes/logs/a.key' },
        ...{ clientAuth: 'require', ca: `${folder}/ca.crt`, minVersion: 'TLSv1.3' },
      }),
    );
    expect(Object.keys(processOf(pod, 'api').launch.env.provided)).toEqual(['EDGE_URL']);
  });

  it.each([
    ['nothing about requests', {}, 'auto'],
    ['a limit of connections', { circuitBreaker: { maxConnections: 5 } }, 'auto'],
    ['a time for connections', { timeouts: { connect: '1s', idle: '1m' }, holdFor: 0 }, 'auto'],
    ['no access log', { accessLog: false }, 'auto'],
    ['a hash of addresses', { loadBalancer: { type: 'ConsistentHash', by: { type: 'SourceIP' } } }, 'auto'],
    ['protocol', { protocol: 'http' }, 'http'],
    ['gRPC', { protocol: 'h2c' }, 'http'],
    ['bytes', { protocol: 'tcp' }, 'tcp'],
    ['routes', { routes: [] }, 'http'],
    ['retries', { retry: {} }, 'http'],
    ['a header', { requestHeaders: { remove: ['x'] } }, 'http'],
    ['another header', { responseHeaders: {} }, 'http'],
    ['a rewrite', { urlRewrite: { path: '/' } }, 'http'],
    ['a redirect', { requestRedirect: { port: 1 } }, 'http'],
    ['cors', { cors: {} }, 'http'],
    ['a mirror', { requestMirror: { to: 'api' } }, 'http'],
    ['faults', { faultInjection: {} }, 'http'],
    ['a rate limit', { rateLimit: { requests: 1 } }, 'http'],
    ['an access log', { accessLog: 'json' }, 'http'],
    ['forwarded', { forwarded: 'both' }, 'http'],
    ['a time for requests', { timeouts: { request: '1s' } }, 'http'],
    ['a time for attempts', { timeouts: { backendRequest: '1s' } }, 'http'],
    ['a limit of requests', { circuitBreaker: { maxParallelRequests: 5 } }, 'http'],
    [
      'a hash of headers',
      { loadBalancer: { type: 'ConsistentHash', by: { type: 'Header', name: 'x' } } },
      'http',
    ],
    ['weights', { to: [{ name: 'web' }, { name: 'api' }] }, 'http'],
    ['a server that is chosen by its host', { to: 'http://a.test' }, 'http'],
  ])('with TLS and %s is of the kind that costs least', (_, options, kind) => {
    expect(proxyOf({ tls: true, ...options }).listeners[0]?.kind).toBe(kind);
  });

  it('has a port tcp for bytes, with one cluster of all that is behind it', () => {
    const to = [{ name: 'web', weight: 3 }, { name: 'api' }];
    const pod = podOf(shop({ to, protocol: 'tcp', tls: true, proxyProtocol: 'v2' }));
    expect(processOf(pod, 'edge').ports.map(({ name }) => name)).toEqual(['tcp', 'admin']);
    const { listeners, clusters } = optionsOf(pod);
    expect(listeners).toMatchObject([{ name: 'tcp', kind: 'tcp', tls: { alpn: [] } }]);
    expect(clusters['app']).toMatchObject({
      label: 'web, api',
      proxyProtocol: 'v2',
      endpoints: [
        { address: '127.0.0.1:3000', weight: 3, isProcess: true },
        { address: '127.0.0.1:4000', weight: 1 },
      ],
    });
    expect(processOf(pod, 'web').launch.env.provided).toMatchObject({ NODE_EXTRA_CA_CERTS: { by: 'edge' } });
    expect(processOf(pod, 'web').launch.env.provided).not.toHaveProperty('EDGE_URL');
  });
});

describe('what is behind an ambassador', () => {
  const endpointsOf = (to: unknown) => {
    const { clusters } = proxyOf({ to });
    return Object.entries(clusters).map(([name, { endpoints, tls }]) => [
      name,
      endpoints.map(({ address, host }) => [address, host]),
      tls !== null,
    ]);
  };

  it.each([
    ['a process', 'web', [['web', [['127.0.0.1:3000', null]], false]]],
    ['a port of one', 'web.debug', [['web.debug', [['127.0.0.1:9229', null]], false]]],
    ['a port of this machine', { port: 81 }, [['127.0.0.1:81', [['127.0.0.1:81', null]], false]]],
    ['a server', { host: '::1', port: 81 }, [['[::1]:81', [['[::1]:81', null]], false]]],
    ['a URL', 'http://a.test', [['http://a.test', [['a.test:80', 'a.test']], false]]],
    ['a URL with TLS', 'https://a.test:444/', [['https://a.test:444', [['a.test:444', 'a.test:444']], true]]],
    [
      'a URL from a variable that is not set',
      'http://${env.HOME}.test',
      "sidecars.edge.with.to: the environment variable 'HOME' is not set.",
    ],
    [
      'a URL with a reference to a port',
      'http://127.0.0.1:${ports.api.http}',
      [['http://127.0.0.1:ports.api.http', [['127.0.0.1:4000', '127.0.0.1:4000']], false]],
    ],
  ])('can be %s', (_, to, expected) => {
    if (typeof expected === 'string') expect(problemsOf(shop({ to }))).toBe(expected);
    else expect(endpointsOf(to)).toEqual(expected);
  });

  it('can be several with weights, and copies for another', () => {
    const edge = {
      to: [{ name: 'web', weight: 9 }, { name: 'api' }],
      requestMirror: { to: 'copy', percent: 5 },
    };
    const pod = podOf(shop(edge, { copy: { command: 'x', ports: { http: 5 } } }));
    const { listeners, clusters } = optionsOf(pod);
    expect(Object.keys(clusters)).toEqual(['web', 'api', 'copy']);
    expect(listeners[0]?.routes).toMatchObject([
      {
        to: [
          { cluster: 'web', weight: 9 },
          { cluster: 'api', weight: 1 },
        ],
        requestMirror: { cluster: 'copy', percent: 5 },
      },
    ]);
    expect(processOf(pod, 'edge').dependsOn).toMatchObject([
      { process: 'copy', required: false },
      { process: 'web', required: true },
      { process: 'api', required: true },
    ]);
  });

  const apps = (instances: number) => ({
    sidecars: { edge: { use: 'ambassador', with: { to: 'web' } } },
    apps: { web: { primary: { command: 'web', ports: { http: 'auto' }, instances } } },
  });

  it('can be all instances of an app', () => {
    const pod = podOf(apps(3));
    const ports = [1, 2, 3].map((number) => processOf(pod, `web-${number}`).ports[0]?.port);
    expect(optionsOf(pod).clusters['web']?.endpoints.map(({ address }) => address)).toEqual(
      ports.map((port) => `127.0.0.1:${port}`),
    );
    expect(processOf(pod, 'edge').dependsOn.map(({ process }) => process)).toEqual([
      'web-1',
      'web-2',
      'web-3',
    ]);
  });

  it('puts the path of its URL before every path', () => {
    const [route] = proxyOf({ to: 'https://a.test/v2/' }).listeners[0]?.routes ?? [];
    expect(route?.urlRewrite).toEqual({ hostname: null, path: null, prefix: '/v2' });
  });

  it('comes up before the ambassador, and nothing that waits for that can be there', () => {
    const api = { command: 'api', ports: { http: 4000 }, dependsOn: ['edge'] };
    expect(problemsOf(shop({ to: 'api' }, { api }))).toBe(
      'sidecars.api.dependsOn[0]: dependency cycle: edge → api → edge.',
    );
    expect(problemsOf({ ...shop({}), primary: { ...web, dependsOn: ['edge'] } })).toBe(
      'primary.dependsOn[0]: dependency cycle: edge → web → edge.',
    );
  });
});

describe('the routes of an ambassador', () => {
  it('come in the order of the config, and last is what goes to its own backend', () => {
    const routes = [
      {
        matches: [
          {
            path: '/api',
            headers: [{ name: 'x-a' }, { name: 'x-b', value: '1' }],
            queryParams: [{ name: 'q', type: 'RegularExpression', value: '^a' }],
            method: 'post',
          },
          { path: { type: 'RegularExpression', value: '^/v\\d' } },
          { path: { value: '/x' } },
        ],
        to: [{ name: 'api', weight: 2 }],
        filters: { requestHeaders: { set: { b: '2' } } },
        timeouts: { request: '1s' },
        retry: { numRetries: 5, perRetry: { backOff: { maxInterval: '1s' } } },
      },
      { matches: [{ path: '/old' }], filters: { requestRedirect: { path: '/new' } } },
    ];
    const common = {
      requestHeaders: { set: { a: '1' } },
      responseHeaders: { remove: ['server'] },
      timeouts: { request: '9s', idle: '10s' },
      retry: { retryOn: ['5xx'], perRetry: { timeout: '2s', backOff: { baseInterval: '50ms' } } },
    };
    const changes = { set: {}, add: {}, remove: [] };
    const usual = routeOptions({
      requestHeaders: { ...changes, set: { a: '1' } },
      responseHeaders: { ...changes, remove: ['server'] },
      timeouts: { request: 9_000, backendRequest: 0, idle: 10_000 },
      retry: {
        ...routeOptions().retry,
        ...{ retryOn: ['5xx'], perRetryTimeout: 2_000 },
        backOff: { baseInterval: 50, maxInterval: 500, policy: 'exponential' },
      },
    });
    const path = (type: string, value: string) => ({
      path: { type, value },
      headers: [],
      queryParams: [],
      method: null,
    });
    const proxy = proxyOf({ routes, ...common });
    expect(proxy.listeners[0]?.routes).toEqual([
      {
        ...usual,
        matches: [
          {
            path: { type: 'PathPrefix', value: '/api' },
            headers: [
              { name: 'x-a', type: 'Present', value: '' },
              { name: 'x-b', type: 'Exact', value: '1' },
            ],
            queryParams: [{ name: 'q', type: 'RegularExpression', value: '^a' }],
            method: 'POST',
          },
          path('RegularExpression', '^/v\\d'),
          path('PathPrefix', '/x'),
        ],
        to: [{ cluster: 'api', weight: 2 }],
        requestHeaders: { ...changes, set: { b: '2' } },
        timeouts: { ...usual.timeouts, request: 1_000 },
        retry: { ...usual.retry, numRetries: 5, backOff: { ...usual.retry.backOff, maxInterval: 1_000 } },
      },
      {
        ...usual,
        matches: [path('PathPrefix', '/old')],
        requestRedirect: {
          ...{ hostname: null, path: '/new', prefix: null, scheme: null, port: null, statusCode: 302 },
        },
      },
      usual,
    ]);
    expect(Object.keys(proxy.clusters)).toEqual(['web', 'api']);
  });

  it('have no last one behind a route for every request', () => {
    expect(proxyOf({ routes: [{ to: 'api' }] }).listeners[0]?.routes).toMatchObject([
      { to: [{ cluster: 'api' }] },
    ]);
  });
});

describe('the policies of an ambassador', () => {
  it('are filled in field by field', () => {
    const { clusters, listeners, accessLog } = proxyOf({
      protocol: 'h2c',
      loadBalancer: { type: 'ConsistentHash', by: { type: 'Cookie', name: 'session' } },
      timeouts: { connect: '1s' },
      holdFor: '1.5s',
      circuitBreaker: { maxConnections: 1, retryBudget: { percent: 50 } },
      healthCheck: { passive: { baseEjectionTime: '1m' }, active: { path: '/healthz' } },
      rateLimit: { requests: 10, by: { header: 'x-user' } },
      faultInjection: { delay: { fixedDelay: '2s' }, abort: { grpcStatus: 14, percentage: 5 }, failEvery: 3 },
      cors: { allowOrigins: ['https://a.test'], maxAge: '10m' },
      urlRewrite: { hostname: 'a.test' },
      accessLog: { volume: 'logs', format: 'json' },
    });
    expect(clusters['web']).toMatchObject({
      protocol: 'h2',
      connectTimeout: 1_000,
      loadBalancer: { type: 'ConsistentHash', by: { type: 'Cookie', name: 'session' } },
      holdFor: 1_500,
      circuitBreaker: { maxConnections: 1, retryBudget: { percent: 50, minRetryConcurrency: 3 } },
      passive: { consecutive5XxErrors: 5, baseEjectionTime: 60_000 },
      active: {
        path: '/healthz',
        timeout: 1_000,
        interval: 3_000,
        unhealthyThreshold: 3,
        healthyThreshold: 1,
      },
    });
    expect(listeners[0]?.routes[0]).toMatchObject({
      rateLimit: { requests: 10, unit: 'Second', burst: 10, by: { header: 'x-user' } },
      faultInjection: {
        delay: { fixedDelay: 2_000, percentage: 100 },
        abort: { httpStatus: null, grpcStatus: 14, percentage: 5 },
        ...{ byHeader: false, failFirst: 0, failEvery: 3 },
      },
      cors: { allowOrigins: ['https://a.test'], allowHeaders: ['*'], allowCredentials: false, maxAge: 600 },
      urlRewrite: { hostname: 'a.test', path: null, prefix: null },
    });
    expect(accessLog).toEqual({ format: 'json', path: '/volumes/logs/edge.log' });
    expect(proxyOf({ healthCheck: { passive: false } }).clusters['web']?.passive).toBeNull();
  });

  const retryOf = (retry: object) => proxyOf({ retry }).listeners[0]?.routes[0]?.retry;

  it('for retries may be in the words of Dapr', () => {
    const safe = ['connect-failure', 'refused-stream', 'reset-before-request', 'reset'];
    expect(retryOf({ policy: 'constant', duration: '1s', maxRetries: 3 })).toMatchObject({
      ...{ numRetries: 3, retryOn: [...safe, '5xx'], statusCodes: [] },
      backOff: { policy: 'constant', baseInterval: 1_000, maxInterval: 1_000 },
    });
    const matching = { httpStatusCodes: '429, 500-502', gRPCStatusCodes: '4,14' };
    expect(retryOf({ policy: 'exponential', matching })).toMatchObject({
      numRetries: Number.MAX_SAFE_INTEGER,
      retryOn: [...safe, 'retriable-status-codes', 'deadline-exceeded', 'unavailable'],
      statusCodes: [429, 500, 501, 502],
      backOff: { policy: 'exponential', baseInterval: 500, maxInterval: 60_000 },
    });
  });

  it('for retries have a word for what they list', () => {
    expect(
      retryOf({
        retryOn: ['reset'],
        retriableStatusCodes: [503],
        retriableHeaders: [{ name: 'x' }],
        bodyLimit: '1MiB',
      }),
    ).toMatchObject({
      retryOn: ['reset', 'retriable-status-codes', 'retriable-headers'],
      ...{ statusCodes: [503], headers: [{ name: 'x', type: 'Present', value: '' }], bodyLimit: 1024 * 1024 },
    });
  });

  it.each([
    ['consecutiveFailures > 5', 6],
    ['consecutiveFailures >= 5', 5],
  ])('for failures may be in the words of Dapr: %s', (trip, consecutiveFailures) => {
    const { circuitBreaker } = proxyOf({ circuitBreaker: { trip, timeout: '10s' } }).clusters['web'] ?? {};
    expect(circuitBreaker?.trip).toEqual({
      consecutiveFailures,
      timeout: 10_000,
      maxRequests: 1,
      interval: 0,
    });
  });
});

describe('two ambassadors', () => {
  it('give the same variables for trust to the same process', () => {
    const second = { use: 'ambassador', with: { to: 'api', tls: true } };
    const pod = podOf(shop({ tls: true }, { second }));
    expect(Object.keys(processOf(pod, 'web').launch.env.provided)).toEqual([
      ...['EDGE_URL', 'NODE_EXTRA_CA_CERTS', 'SECOND_URL'],
    ]);
  });
});
