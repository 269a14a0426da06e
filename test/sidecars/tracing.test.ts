import { describe, expect, it } from 'vitest';
import type { PresetPlace } from '../../src/config/expand/preset.ts';
import type { Tracing } from '../../src/config/traffic.ts';
import type { ProxyOptions } from '../../src/programs/proxy/options.ts';
import { fillTracing, tracingProblems } from '../../src/sidecars/traffic/tracing.ts';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const web = { name: 'web', command: 'web', ports: { http: 3000 } };

const OTEL = 'http://127.0.0.1:${ports.otel.http}';

const proxyOf = (use: 'ambassador' | 'egress', options: object): ProxyOptions => {
  const to = use === 'ambassador' ? 'web' : { payments: 'http://pay.example.com' };
  const pod = podOf({ sidecars: { edge: { use, with: { to, ...options } } }, primary: web });
  return JSON.parse(processOf(pod, 'edge').files[0]?.content ?? '');
};

const problems = (tracing: unknown, more: object = {}): string =>
  problemsOf({
    sidecars: { edge: { use: 'ambassador', with: { to: 'web', tracing, ...more } } },
    primary: web,
  });

/** The place of a sidecar beside these telemetry sidecars. */
const besides = (names: readonly string[], engine = 'embedded'): PresetPlace => {
  const http = { name: 'http', protocol: 'tcp' as const, host: '127.0.0.1' };
  return {
    ...{ name: 'edge', engine, path: ['sidecars', 'edge', 'with'], env: {}, instances: new Map() },
    neighbors: new Map([['web', [http]], ...names.map((name) => [name, [http]] as const)]),
    uses: new Map(names.map((name) => [name, 'telemetry'] as const)),
  } as unknown as PresetPlace;
};

describe('the spans of a proxy', () => {
  it('go to the telemetry of the pod without being told', () => {
    for (const tracing of [undefined, 'auto', { percentage: 10 }] as const)
      expect(fillTracing(tracing, besides(['otel']))).toEqual({
        endpoint: 'http://127.0.0.1:${ports.otel.http}',
        service: 'edge',
        percentage: tracing instanceof Object ? 10 : 100,
        scheduleDelay: 1000,
      });
    expect(fillTracing('auto', besides(['first', 'second']))?.endpoint).toContain('ports.first');
  });

  it('are not there without a telemetry, with false, and with an engine', () => {
    expect(fillTracing(undefined, besides([]))).toBe(null);
    expect(fillTracing(false, besides(['otel']))).toBe(null);
    expect(fillTracing('auto', besides(['otel'], 'haproxy'))).toBe(null);
  });

  it.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['http://127.0.0.1:4318/', 'http://127.0.0.1:4318'],
    ['https://otel.example.com/base/v1/traces', 'https://otel.example.com/base'],
  ])('go to %s', (to, endpoint) => {
    for (const use of ['ambassador', 'egress'] as const)
      expect(proxyOf(use, { tracing: { to, percentage: 5 } }).tracing).toEqual({
        ...{ endpoint, service: 'edge', percentage: 5, scheduleDelay: 1000 },
      });
  });

  it('have requests read that would be bytes without them', () => {
    const kindOf = (tracing: Tracing) => proxyOf('ambassador', { tls: true, tracing }).listeners[0]?.kind;
    expect(kindOf(false)).toBe('auto');
    expect(kindOf({ to: 'http://127.0.0.1:4318' })).toBe('http');
  });
});

it('a telemetry stops after all that send to it, and after all that have its variables', () => {
  const calls = (name: string, more: object = {}) => ({
    use: 'egress',
    with: { to: { [name]: `http://${name}.example.com` }, ...more },
  });
  const pod = podOf({
    sidecars: {
      edge: { use: 'ambassador', with: { to: 'web' } },
      calls: calls('pay'),
      named: calls('mail', { tracing: { to: OTEL } }),
      silent: calls('maps', { tracing: false }),
      watch: { use: 'monitor', with: { push: { otlp: 'otel' } } },
      adapter: { use: 'metrics-adapter', with: { from: { statsd: true }, push: { otlp: 'otel' } } },
      otel: { use: 'telemetry' },
      other: { use: 'telemetry', with: { forward: OTEL }, provides: { to: ['silent'] } },
      jobs: { command: 'jobs' },
    },
    primary: web,
  });
  const senders = [...pod.processes.values()].filter(({ uses }) => uses.includes('otel'));
  expect(senders.map(({ name }) => name).toSorted()).toEqual([
    ...['adapter', 'calls', 'edge', 'jobs', 'named', 'other', 'watch', 'web'],
  ]);
});

describe('what is wrong with tracing', () => {
  it.each([
    ['yes', /tracing: is 'yes'; expected 'auto', false, or an object with to, percentage/],
    [{ too: 'x' }, /tracing.too: unknown field. Did you mean 'to'\?/],
    [{ to: 'otel' }, /tracing.to: is 'otel'; expected the URL of a collector/],
    [{ to: 'tcp://127.0.0.1:4317' }, /tracing.to: is .*; expected the URL of a collector/],
    [{ to: 'http://127.0.0.1:4318', percentage: 101 }, /tracing.percentage: is 101; expected/],
    [{ percentage: 10 }, /tracing.to: is missing; expected the URL of a collector/],
  ])('is said: %o', (tracing, message) => {
    expect(problems(tracing)).toMatch(message);
  });

  it('is nothing with a telemetry, and for a URL in a variable', () => {
    expect(tracingProblems({ percentage: 10 }, besides(['otel']))).toEqual([]);
    const place = { ...besides([]), env: { COLLECTOR: 'http://127.0.0.1:4318' } };
    expect(tracingProblems({ to: '${env.COLLECTOR}' }, place)).toEqual([]);
  });

  it('is that bytes have no spans', () => {
    expect(problems({ to: 'http://127.0.0.1:4318' }, { protocol: 'tcp' })).toMatch(/tracing: .*requests/);
  });
});
