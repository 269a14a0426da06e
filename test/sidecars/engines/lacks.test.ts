import { describe, expect, it } from 'vitest';
import { CLUSTER_DEFAULTS, LIMIT_DEFAULTS, ROUTE_DEFAULTS } from '../../../src/sidecars/engines/defaults.ts';
import { ENGINES } from '../../../src/sidecars/engines/engine-name.ts';
import { FEATURES } from '../../../src/sidecars/engines/lacks.ts';
import { podOf, problemsOf, processOf } from '../../config/support.ts';

const edge = (engine: string, options: object) => ({
  sidecars: {
    edge: { use: 'ambassador', engine, with: { to: 'web', ...options } },
    api: { command: 'api', ports: { http: 4000 } },
  },
  primary: { name: 'web', command: 'web', ports: { http: 3000 } },
});

/** An engine is looked for on `PATH`. */
const HERE = { HOME: '/home/ann', PATH: '/usr/bin' };
const problemsHere = (config: object): string => problemsOf(config, {}, HERE);

const messages = (engine: string, options: object): string => problemsHere(edge(engine, options));

describe('the defaults that engines compare with', () => {
  it('are those of an ambassador', () => {
    const [options] = processOf(podOf(edge('embedded', {})), 'edge').files;
    const { listeners, clusters, limits } = JSON.parse(options?.content ?? '');
    expect(listeners[0].routes[0]).toMatchObject(ROUTE_DEFAULTS);
    expect(clusters.web).toMatchObject(CLUSTER_DEFAULTS);
    expect(limits).toEqual(LIMIT_DEFAULTS);
  });
});

const TWICE = [
  { name: 'web', weight: 3 },
  { name: 'api', weight: 1 },
];

/** An option, where it is written, and the engines that can carry it out. */
const CASES: ReadonlyArray<readonly [object, string, readonly string[]]> = [
  [{ tracing: { to: 'http://127.0.0.1:4318' } }, 'tracing', []],
  [{ protocol: 'tcp' }, 'protocol', ['haproxy', 'nginx']],
  [{ protocol: 'tcp', proxyProtocol: 'v2' }, 'proxyProtocol', ['haproxy']],
  [{ to: TWICE }, 'to', ['haproxy', 'nginx']],
  [
    { routes: [{ matches: [{ queryParams: [{ name: 'q', type: 'RegularExpression', value: 'a+' }] }] }] },
    'routes[0].matches',
    ['haproxy', 'nginx'],
  ],
  [
    { routes: [{ matches: [{ queryParams: [{ name: 'a-b', value: 'a' }] }] }] },
    'routes[0].matches',
    ['haproxy', 'caddy'],
  ],
  [
    { loadBalancer: { type: 'ConsistentHash', by: { type: 'Cookie', name: 'user' } } },
    'loadBalancer.by',
    ['haproxy', 'nginx'],
  ],
  [{ timeouts: { request: '1s' } }, 'timeouts.request', []],
  [{ routes: [{ timeouts: { request: '1s' } }] }, 'routes[0].timeouts.request', []],
  [{ retry: { numRetries: 3 } }, 'retry.numRetries', ['haproxy', 'nginx']],
  [{ retry: { retryOn: ['5xx'] } }, 'retry.retryOn', ['haproxy', 'nginx']],
  [{ retry: { retryOn: ['retriable-4xx'] } }, 'retry.retryOn', []],
  [{ retry: { retryOn: ['connect-failure'] } }, 'retry.retryOn', [...ENGINES]],
  [{ retry: { perRetry: { timeout: '1s' } } }, 'retry.perRetry.timeout', []],
  [
    { retry: { perRetry: { backOff: { baseInterval: '1s', maxInterval: '2s' } } } },
    'retry.perRetry.backOff',
    [],
  ],
  [{ retry: { bodyLimit: '1MiB' } }, 'retry.bodyLimit', ['haproxy']],
  [{ circuitBreaker: { maxPendingRequests: 3 } }, 'circuitBreaker.maxPendingRequests', ['haproxy']],
  [{ circuitBreaker: { maxParallelRequests: 3 } }, 'circuitBreaker.maxParallelRequests', [...ENGINES]],
  [{ circuitBreaker: { retryBudget: { percent: 50 } } }, 'circuitBreaker.retryBudget', []],
  [{ circuitBreaker: { trip: 'consecutiveFailures > 5' } }, 'circuitBreaker.trip', []],
  [{ healthCheck: { passive: { interval: '1s' } } }, 'healthCheck.passive.interval', ['haproxy']],
  [{ healthCheck: { passive: { maxEjectionTime: '60s' } } }, 'healthCheck.passive.maxEjectionTime', []],
  [{ healthCheck: { passive: { maxEjectionPercent: 50 } } }, 'healthCheck.passive.maxEjectionPercent', []],
  [
    { healthCheck: { passive: { maxEjectionPercent: 100 } } },
    'healthCheck.passive.maxEjectionPercent',
    [...ENGINES],
  ],
  [
    { healthCheck: { passive: { alwaysEjectOneEndpoint: true } } },
    'healthCheck.passive.alwaysEjectOneEndpoint',
    [],
  ],
  [{ healthCheck: { active: { path: '/' } } }, 'healthCheck.active', ['haproxy', 'caddy']],
  [
    { healthCheck: { active: { path: '/', unhealthyThreshold: 5 } } },
    'healthCheck.active.unhealthyThreshold',
    ['haproxy'],
  ],
  [
    { healthCheck: { active: { path: '/', healthyThreshold: 5 } } },
    'healthCheck.active.healthyThreshold',
    ['haproxy'],
  ],
  [{ rateLimit: { requests: 5 } }, 'rateLimit', ['haproxy', 'nginx']],
  [{ rateLimit: { requests: 5, burst: 10 } }, 'rateLimit.burst', ['nginx']],
  [{ rateLimit: { requests: 5, unit: 'Hour' } }, 'rateLimit.unit', ['haproxy']],
  [{ rateLimit: { requests: 120, unit: 'Hour' } }, 'rateLimit', ['haproxy', 'nginx']],
  [{ faultInjection: { delay: { fixedDelay: '1s' } } }, 'faultInjection.delay', ['haproxy']],
  [{ faultInjection: { abort: { httpStatus: 500 } } }, 'faultInjection.abort', ['haproxy', 'nginx']],
  [{ faultInjection: { abort: { grpcStatus: 14 } } }, 'faultInjection.abort.grpcStatus', ['haproxy']],
  [{ faultInjection: { byHeader: true } }, 'faultInjection.byHeader', []],
  [{ faultInjection: { failFirst: 1 } }, 'faultInjection.failFirst', []],
  [{ faultInjection: { failEvery: 2 } }, 'faultInjection.failEvery', []],
  [{ requestMirror: { to: 'api' } }, 'requestMirror', ['nginx']],
  [{ routes: [{ filters: { requestMirror: { to: 'api' } } }] }, 'routes[0].filters.requestMirror', ['nginx']],
  [{ holdFor: '1s' }, 'holdFor', ['haproxy', 'caddy']],
  [{ holdFor: 0 }, 'holdFor', [...ENGINES]],
];

describe('what an engine cannot do', () => {
  it.each(CASES)('%j is refused at %s, but for %j', (options, path, able) => {
    for (const engine of ENGINES) {
      const found = messages(engine, options);
      if (able.includes(engine)) expect(found).toBe('no problem');
      else expect(found).toContain(`sidecars.edge.with.${path}: the engine '${engine}' cannot do`);
    }
  });

  it('is an error that names the option, the engine and those that can', () => {
    expect(messages('caddy', { requestMirror: { to: 'api' } })).toContain(
      "sidecars.edge.with.requestMirror: the engine 'caddy' cannot do requestMirror as it is set: leave it out, or set engine to 'embedded' or 'nginx'.",
    );
  });

  it('has a case here for each option', () => {
    const named = CASES.map(([, path]) => path.replace(/^routes\[0\]\.(filters\.)?/, ''));
    const isNamed = (option: string) =>
      named.some((path) => option === path || option.startsWith(`${path}.`));
    const elsewhere = ['forwardProxy', 'retry.retriableStatusCodes', 'retry.retriableHeaders'];
    expect(FEATURES.map(({ option }) => option).filter((option) => !isNamed(option))).toEqual(elsewhere);
  });

  it('is nothing of what is only at its default', () => {
    for (const engine of ENGINES) {
      expect(messages(engine, {})).toBe('no problem');
      expect(messages(engine, { tls: true, redirectPort: 'auto', retry: { numRetries: 1 } })).toBe(
        'no problem',
      );
    }
  });
});

describe('an egress with an engine', () => {
  const calls = (engine: string, options: object, more: object = {}) => ({
    sidecars: {
      calls: {
        use: 'egress',
        engine,
        with: { to: { pay: { url: 'http://127.0.0.1:4000', ...options } }, ...more },
      },
    },
    primary: { name: 'web', command: 'web' },
  });

  it.each(['haproxy', 'nginx'])('%s refuses what it cannot do, where that is written', (engine) => {
    const found = problemsHere(calls(engine, { timeouts: { request: '1s' } }));
    expect(found).toContain(`sidecars.calls.with.to.pay.timeouts.request: the engine '${engine}' cannot do`);
    const common = problemsHere(calls(engine, {}, { circuitBreaker: { trip: 'consecutiveFailures > 5' } }));
    expect(common).toContain(`sidecars.calls.with.circuitBreaker.trip: the engine '${engine}' cannot do`);
    const proxy = problemsHere(calls(engine, {}, { forwardProxy: true }));
    expect(proxy).toContain(`sidecars.calls.with.forwardProxy: the engine '${engine}' cannot do`);
    const pod = podOf(calls(engine, {}), { env: HERE });
    expect(processOf(pod, 'calls').origin).toEqual({ use: 'egress', engine });
  });

  it('cannot have Caddy', () => {
    expect(problemsHere(calls('caddy', {}))).toContain("it has no engine 'caddy'");
  });
});

describe('a sidecar with an engine', () => {
  it.each(ENGINES)(
    '%s is a process that runs it, requires it, and has its configuration as a file',
    (engine) => {
      const pod = podOf(edge(engine, { tls: true }), { env: HERE });
      const found = processOf(pod, 'edge');
      expect(found.origin).toEqual({ use: 'ambassador', engine });
      expect(found.requires).toMatchObject([{ program: engine }]);
      expect(found.launch.command).toMatchObject({
        args: [expect.stringMatching(/engine\.js$/), expect.anything()],
      });
      const files = new Map(found.files.map((file) => [file.name, file]));
      const config = { haproxy: 'haproxy.cfg', nginx: 'nginx.conf', caddy: 'caddy.json' }[engine];
      const text = files.get(config)?.content ?? '';
      expect(text).toContain('127.0.0.1:3000');
      const [https] = found.ports;
      expect(text).toContain(`127.0.0.1:${https?.port}`);
      expect(text).not.toContain('${ports');
      expect(found.files.every(({ onChange }) => onChange.kind === 'signal')).toBe(true);
      const options = JSON.parse(files.get('options')?.content ?? '');
      expect(options).toMatchObject({ engine, config, listeners: [`127.0.0.1:${https?.port}`] });
    },
  );

  it.each(ENGINES)('%s gets texts with references filled in, and others as they are', (engine) => {
    const set = { 'x-home': 'a ${env.HOME} $ {b}' };
    const pod = podOf(edge(engine, { requestHeaders: { set } }), { env: HERE });
    const text = processOf(pod, 'edge').files[0]?.content ?? '';
    expect(text).toContain(
      {
        haproxy: 'a /home/ann $ {b}',
        nginx: 'a /home/ann ${dollar} {b}',
        caddy: 'a /home/ann $ \\\\{b\\\\}',
      }[engine],
    );
  });
});
