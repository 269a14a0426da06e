import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import type { ProxyOptions } from '../../src/programs/proxy/options.ts';
import { podOf, problemsOf, processOf } from '../config/support.ts';
import { clusterOptions, routeOptions } from '../programs/proxy/support/proxy-options.ts';

const shop = (options: object, more: object = {}) => ({
  name: 'shop',
  sidecars: {
    calls: { use: 'egress', with: options },
    users: { command: 'users', ports: { http: 4000 } },
    jobs: { command: 'jobs' },
    waits: { command: 'waits', dependsOn: ['calls'] },
    ...more,
  },
  primary: { name: 'web', command: 'web', ports: { http: 3000 } },
});

const optionsOf = (pod: PodSpec): ProxyOptions => JSON.parse(processOf(pod, 'calls').files[0]?.content ?? '');
const proxyOf = (options: object, more: object = {}): ProxyOptions => optionsOf(podOf(shop(options, more)));

describe('an egress', () => {
  it('has a port, a listener and a cluster for each name, and a variable for the app', () => {
    const pod = podOf(shop({ to: { payments: 'https://pay.test/v2', 'user-api': 'users' } }));
    const calls = processOf(pod, 'calls');
    const [payments, users] = calls.ports.map(({ port }) => port);
    expect(calls.ports.map(({ name }) => name)).toEqual(['payments', 'user-api', 'admin']);
    const { listeners, clusters } = optionsOf(pod);
    expect(listeners).toEqual([
      {
        ...{ name: 'payments', listen: `127.0.0.1:${payments}`, kind: 'http', tls: null },
        ...{ redirectTo: null, forwarded: 'none' },
        routes: [
          routeOptions({
            to: [{ cluster: 'payments', weight: 1 }],
            urlRewrite: { hostname: null, path: null, prefix: '/v2' },
          }),
        ],
      },
      {
        ...{ name: 'user-api', listen: `127.0.0.1:${users}`, kind: 'http', tls: null },
        ...{ redirectTo: null, forwarded: 'none' },
        routes: [routeOptions({ to: [{ cluster: 'user-api', weight: 1 }] })],
      },
    ]);
    expect(clusters).toEqual({
      payments: clusterOptions([], {
        label: 'payments',
        endpoints: [{ address: 'pay.test:443', host: 'pay.test', weight: 1, isProcess: false }],
        tls: { ca: null, certificate: null, serverName: null, verify: true },
      }),
      'user-api': clusterOptions([], {
        label: 'user-api',
        endpoints: [{ address: '127.0.0.1:4000', host: null, weight: 1, isProcess: true }],
      }),
    });
    const urls = {
      PAYMENTS_URL: { value: `http://127.0.0.1:${payments}`, by: 'calls' },
      USER_API_URL: { value: `http://127.0.0.1:${users}`, by: 'calls' },
    };
    expect(processOf(pod, 'web').launch.env.provided).toEqual(urls);
    expect(processOf(pod, 'waits').launch.env.provided).toEqual(urls);
    // It may start before the egress.
    expect(processOf(pod, 'jobs').launch.env.provided).toEqual({});
    expect(calls.dependsOn).toMatchObject([{ process: 'users', condition: 'ready' }]);
    expect(processOf(pod, 'web').dependsOn.map(({ process }) => process)).toContain('calls');
  });

  it('has the common policies for every name, and those of a name over them', () => {
    const { clusters, listeners } = proxyOf({
      to: {
        a: 'http://a.test',
        b: {
          url: 'http://b.test',
          timeouts: { request: '1s' },
          retry: { retryOn: ['reset'] },
          circuitBreaker: { maxConnections: 2 },
          healthCheck: { passive: { interval: '1s' } },
          requestHeaders: { set: { y: '2' } },
        },
        c: {
          url: 'http://c.test',
          retry: { policy: 'constant', duration: '1s' },
          healthCheck: { passive: false },
        },
      },
      timeouts: { request: '9s', idle: '1m', connect: '2s' },
      retry: { numRetries: 4, perRetry: { timeout: '3s' } },
      circuitBreaker: { maxParallelRequests: 3 },
      healthCheck: { passive: { consecutive5XxErrors: 9 } },
      requestHeaders: { set: { x: '1' } },
    });
    const [a, b, c] = listeners.map(({ routes }) => routes[0]);
    expect(a).toMatchObject({
      timeouts: { request: 9_000, idle: 60_000 },
      retry: { numRetries: 4, perRetryTimeout: 3_000 },
      requestHeaders: { set: { x: '1' } },
    });
    expect(b?.timeouts).toEqual({ request: 1_000, backendRequest: 0, idle: 60_000 });
    expect(b?.retry).toMatchObject({ numRetries: 4, retryOn: ['reset'], perRetryTimeout: 3_000 });
    expect(b?.requestHeaders.set).toEqual({ y: '2' });
    expect(c?.retry).toMatchObject({
      perRetryTimeout: 0,
      backOff: { policy: 'constant', baseInterval: 1_000 },
    });
    expect(clusters['b']).toMatchObject({
      connectTimeout: 2_000,
      circuitBreaker: { maxConnections: 2, maxParallelRequests: 3 },
      passive: { consecutive5XxErrors: 9, interval: 1_000 },
    });
    expect(clusters['c']?.passive).toBeNull();
  });

  it('has several servers behind one name, each with its own host', () => {
    const { clusters } = proxyOf({ to: { a: ['https://a.test', 'https://b.test:444'] } });
    expect(clusters['a']?.endpoints).toMatchObject([
      { address: 'a.test:443', host: 'a.test' },
      { address: 'b.test:444', host: 'b.test:444' },
    ]);
  });

  it('shows a certificate where a server wants one', () => {
    const { clusters } = proxyOf({
      to: {
        far: 'https://a.test',
        plain: 'http://a.test',
        near: { url: 'users', tls: { serverName: 'users.test' } },
        other: 'users',
      },
      tls: { certificate: 'local' },
    });
    const local = { ca: null, certificate: 'local', serverName: null, verify: true };
    expect(Object.values(clusters).map(({ tls }) => tls)).toEqual([
      ...[local, null, { ...local, certificate: null, serverName: 'users.test' }, local],
    ]);
  });

  it('passes bytes on to what has no HTTP, and has no URL for that', () => {
    const pod = podOf(
      shop({ to: { db: 'tcp://db.test:5432', bytes: { url: 'users', protocol: 'tcp' } }, retry: {} }),
    );
    expect(optionsOf(pod).listeners.map(({ kind }) => kind)).toEqual(['tcp', 'tcp']);
    expect(processOf(pod, 'web').launch.env.provided).toEqual({});
  });

  it('can be the proxy of an app for everything else', () => {
    const to = { a: 'http://a.test:81/v1', b: 'https://b.test', users: 'users' };
    const pod = podOf(shop({ to, forwardProxy: true, retry: { numRetries: 3 } }));
    const proxy = processOf(pod, 'calls').ports.find(({ name }) => name === 'proxy');
    // What has TLS is a tunnel, and a process has no name that others know.
    expect(optionsOf(pod).listeners.at(-1)).toMatchObject({
      ...{ name: 'proxy', kind: 'forward', listen: `127.0.0.1:${proxy?.port}` },
      routes: [
        {
          matches: [{ headers: [{ name: 'host', type: 'Exact', value: 'a.test:81' }] }],
          to: [{ cluster: 'a' }],
          ...{ urlRewrite: null, retry: { numRetries: 3 } },
        },
      ],
    });
    const provided = processOf(pod, 'web').launch.env.provided;
    const said = Object.fromEntries(
      Object.entries(provided).flatMap(([name, { value }]) => (name.endsWith('_URL') ? [] : [[name, value]])),
    );
    const address = `http://127.0.0.1:${proxy?.port}`;
    expect(said).toEqual({
      ...{ HTTP_PROXY: address, http_proxy: address, HTTPS_PROXY: address, https_proxy: address },
      ...{
        NO_PROXY: '127.0.0.1,localhost,::1',
        no_proxy: '127.0.0.1,localhost,::1',
        NODE_USE_ENV_PROXY: '1',
      },
    });
  });

  it('has copies of requests in a cluster of their own', () => {
    const { clusters, listeners } = proxyOf({
      to: { a: { url: 'http://a.test', requestMirror: { to: 'users' } } },
    });
    expect(listeners[0]?.routes[0]?.requestMirror).toEqual({ cluster: 'a.mirror', percent: 100 });
    expect(clusters['a.mirror']?.endpoints).toMatchObject([{ address: '127.0.0.1:4000' }]);
  });

  it('belongs to all apps that share it, or to its own', () => {
    const calls = { use: 'egress', with: { to: { a: 'http://a.test' } } };
    const pod = podOf({
      sidecars: { calls },
      apps: {
        web: { primary: { command: 'web', instances: 2 } },
        jobs: {
          sidecars: { own: { use: 'egress', with: { to: { b: 'http://b.test' } } } },
          primary: { command: 'jobs' },
        },
      },
    });
    const names = (process: string) => Object.keys(processOf(pod, process).launch.env.provided);
    expect(names('web-1')).toEqual(['A_URL']);
    expect(names('web-2')).toEqual(['A_URL']);
    expect(names('jobs')).toEqual(['A_URL', 'B_URL']);
  });
});

describe('what is wrong with an egress is said in the words of its options', () => {
  it.each([
    [{}, /^to: is missing; expected an object from names to servers/],
    [{ to: {} }, /^to: is {}; expected an object from names to servers, of which there is at least one/],
    [{ to: { a: 'usres' } }, /^to.a: there is no process 'usres'. Did you mean 'users'\?/],
    [{ to: { a: { url: 'usres' } } }, /^to.a.url: there is no process 'usres'/],
    [{ to: { a: [] } }, /^to.a: is \[\]; expected a URL, a list of URLs/],
    [{ to: { a: ['http://a.test', 'nothing'] } }, /^to.a\[1\]: there is no process 'nothing'/],
    [{ to: { a: { ulr: 'users' } } }, /^to.a: is {"ulr":"users"}; expected a URL, a list of URLs, a process/],
    [{ to: { a: { url: 'users', rety: {} } } }, /^to.a.rety: unknown field. Did you mean 'retry'\?/],
    [{ to: { 'a.b': 'users' } }, /^to\["a.b"\]: /],
    [{ to: { admin: 'users' } }, /^to.admin: is 'admin'; expected another name/],
    [{ to: { proxy: 'users' }, forwardProxy: true }, /^to.proxy: is 'proxy'; expected another name/],
    [
      { to: { a: 'users' }, tls: { cert: 'a' } },
      'tls.cert: means nothing without key: add that, or leave it out.',
    ],
    [{ to: { a: 'users' }, tls: { ca: 'none' } }, 'tls.ca: there is no file <folder>/none.'],
    [
      { to: { a: { url: 'users', tls: { certificate: 'mine' } } } },
      /^to.a.tls.certificate: is 'mine'; expected 'local'/,
    ],
    [{ to: { a: { url: 'users', protocol: 'tcp', retry: {} } } }, /^to.a.retry: is about requests/],
    [
      { to: { a: { url: 'users', timeouts: { backendRequest: '2s' } } }, timeouts: { request: '1s' } },
      'to.a.timeouts.backendRequest: is longer than request.',
    ],
    [{ to: { a: 'users' }, requestMirror: { to: 'x' } }, /^requestMirror.to: there is no process 'x'/],
    [
      { to: { a: 'users' }, forwardProxi: true },
      /^forwardProxi: unknown field. Did you mean 'forwardProxy'\?/,
    ],
  ])('%j', (options, message) => {
    const said = problemsOf(shop(options)).replace('sidecars.calls.with.', '');
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  it('a variable that two provide', () => {
    const more = { use: 'egress', with: { to: { a: 'http://b.test' } } };
    expect(problemsOf(shop({ to: { a: 'users' } }, { more }))).toContain(
      'sidecars.more.provides.env.A_URL: sidecars.calls.provides.env.A_URL provides A_URL to',
    );
  });
});
