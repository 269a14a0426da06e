import { describe, expect, it, test } from 'vitest';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const shop = (options: object) => ({
  name: 'shop',
  volumes: { logs: {} },
  sidecars: {
    db: { command: 'db', ports: { main: 5000, metrics: 5001, redis: 5002 } },
    plain: { command: 'plain' },
    adapter: { use: 'metrics-adapter', with: options },
  },
  primary: { name: 'web', command: 'web', ports: { http: 3000 } },
});

const filled = (options: object) => {
  const adapter = processOf(podOf(shop(options)), 'adapter');
  return { adapter, options: JSON.parse(adapter.files[0]?.content ?? '') };
};

describe('a metrics adapter', () => {
  it('asks a process at its port for metrics, or at its first one', () => {
    const { options } = filled({
      from: [{ prometheus: 'db' }, { prometheus: { to: 'web', path: '/m', interval: '1s' } }],
    });
    expect(options).toMatchObject({
      ...{ name: 'adapter', pod: 'shop', relabel: [], maxSeries: 10_000, expire: 300_000, push: null },
      from: [
        {
          kind: 'prometheus',
          url: 'http://127.0.0.1:5001/metrics',
          interval: 5_000,
          labels: { process: 'db' },
        },
        { kind: 'prometheus', url: 'http://127.0.0.1:3000/m', interval: 1_000, labels: { process: 'web' } },
      ],
    });
  });

  it('asks nginx for its status, and Redis at its port', () => {
    const { options } = filled({
      from: [
        { nginxStatus: 'web' },
        { nginxStatus: { to: 'web.http', path: '/s', interval: '1s' } },
        { redis: 'db' },
        { redis: { to: 'db.main', interval: '2s' } },
        { redis: 'redis://me:secret@127.0.0.1:7000' },
      ],
    });
    expect(options.from).toEqual([
      {
        ...{ kind: 'nginxStatus', url: 'http://127.0.0.1:3000/stub_status' },
        ...{ interval: 5_000, labels: { process: 'web' } },
      },
      {
        ...{ kind: 'nginxStatus', url: 'http://127.0.0.1:3000/s' },
        ...{ interval: 1_000, labels: { process: 'web' } },
      },
      { kind: 'redis', url: 'redis://127.0.0.1:5002', interval: 5_000, labels: { process: 'db' } },
      { kind: 'redis', url: 'redis://127.0.0.1:5000', interval: 2_000, labels: { process: 'db' } },
      { kind: 'redis', url: 'redis://me:secret@127.0.0.1:7000', interval: 5_000, labels: {} },
    ]);
  });

  it('asks a URL as it is', () => {
    const { options } = filled({ from: { prometheus: 'http://127.0.0.1:9/x?y=1' } });
    expect(options.from).toMatchObject([{ url: 'http://127.0.0.1:9/x?y=1', labels: {} }]);
  });

  it('has every option of JSON and logs', () => {
    const metric = {
      name: 'depth',
      path: 'queues.*',
      value: 'a.depth',
      labels: { q: '{name}' },
      type: 'counter',
      help: 'h',
    };
    const log = { name: 's', type: 'histogram', value: 's', labels: ['c'], buckets: [1, 2], help: 'h' };
    const { options } = filled({
      from: [
        { json: { to: 'web', metrics: [metric, { name: 'x' }] } },
        { logs: { processes: ['web'], match: '(?<s>.)(?<c>.)', metric: log } },
        { logs: { match: 'x', metric: { name: 'n' } } },
      ],
    });
    expect(options.from).toEqual([
      {
        ...{ kind: 'json', url: 'http://127.0.0.1:3000/', interval: 5_000, labels: { process: 'web' } },
        metrics: [
          { ...metric, path: ['queues', '*'], value: ['a', 'depth'] },
          { name: 'x', path: [], value: [], labels: {}, type: 'gauge', help: 'x' },
        ],
      },
      {
        ...{ kind: 'logs', from: { kind: 'processes', processes: ['web'] } },
        ...{ match: { source: '(?<s>.)(?<c>.)', flags: 'u' }, metric: log },
      },
      {
        ...{ kind: 'logs', from: { kind: 'processes', processes: null }, match: { source: 'x', flags: 'u' } },
        metric: {
          name: 'n',
          type: 'counter',
          value: null,
          labels: [],
          buckets: expect.any(Array),
          help: 'n',
        },
      },
    ]);
  });

  it('reads files of a volume', () => {
    const metric = { name: 'n' };
    const { options, adapter } = filled({
      from: [
        { logs: { volume: 'logs', match: /x/i, metric } },
        { logs: { volume: 'logs', include: ['a'], exclude: ['b'], match: 'x', metric } },
      ],
    });
    const folder = expect.stringMatching(/\/volumes\/logs$/);
    expect(options.from).toMatchObject([
      {
        from: { kind: 'files', folder, include: ['**/*.log'], exclude: [] },
        match: { source: 'x', flags: 'i' },
      },
      { from: { kind: 'files', folder, include: ['a'], exclude: ['b'] } },
    ]);
    expect(adapter.name).toBe('adapter');
  });

  it('tells others where it listens', () => {
    const { adapter } = filled({
      from: [{ statsd: { port: 8125, buckets: [1] } }, { otlp: { port: 4318 } }],
    });
    expect(adapter.ports).toMatchObject([
      { name: 'metrics' },
      { name: 'statsd', port: 8125, protocol: 'udp' },
      { name: 'otlp', port: 4318 },
      { name: 'admin' },
    ]);
    const web = processOf(podOf(shop({ from: [{ statsd: true }, { otlp: true }] })), 'web');
    expect(JSON.stringify(web.launch.env)).toMatch(
      /STATSD_HOST.*STATSD_PORT.*OTEL_EXPORTER_OTLP_METRICS_ENDPOINT/,
    );
  });

  it('fills in what a rule leaves out', () => {
    const rule = { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' };
    const whole = {
      ...{ action: 'hashmod', sourceLabels: ['a'], separator: '-', targetLabel: 'b' },
      ...{ regex: 'x', modulus: 7, replacement: 'y' },
    };
    expect(
      filled({ from: { statsd: true }, relabel: [rule, whole], maxSeries: 5, expire: 0 }).options,
    ).toMatchObject({
      ...{ maxSeries: 5, expire: 0 },
      relabel: [{ ...rule, separator: ';', targetLabel: '', modulus: 1, replacement: '$1' }, whole],
    });
  });

  it('pushes to a process or a URL', () => {
    const push = { otlp: 'web', headers: { a: 'b' }, interval: '1s' };
    expect(filled({ from: { statsd: true }, push }).options.push).toEqual({
      ...{ protocol: 'otlp', endpoint: 'http://127.0.0.1:3000', headers: { a: 'b' }, interval: 1_000 },
    });
    expect(filled({ from: { statsd: true }, push: { otlp: 'https://x.example/' } }).options.push).toEqual({
      ...{ protocol: 'otlp', endpoint: 'https://x.example', headers: {}, interval: 10_000 },
    });
    const written = (push: object): unknown => filled({ from: { statsd: true }, push }).options.push;
    expect(written({ remoteWrite: 'web', headers: { a: 'b' }, interval: '1s' })).toEqual({
      ...{ protocol: 'remoteWrite', endpoint: 'http://127.0.0.1:3000/api/v1/write' },
      ...{ headers: { a: 'b' }, interval: 1_000 },
    });
    expect(written({ remoteWrite: 'https://x.example/push' })).toEqual({
      ...{ protocol: 'remoteWrite', endpoint: 'https://x.example/push', headers: {}, interval: 10_000 },
    });
  });
});

const logs = (more: object) => ({ from: { logs: { match: '(?<a>.)', metric: { name: 'x' }, ...more } } });

test.each([
  [{}, 'with.from: is missing'],
  [
    { from: {} },
    'with.from: is {}; expected exactly one of prometheus, json, nginxStatus, redis, statsd, logs, otlp',
  ],
  [
    { from: { statsd: true, otlp: true } },
    'expected exactly one of prometheus, json, nginxStatus, redis, statsd, logs, otlp',
  ],
  [{ from: { statsdd: true } }, "with.from.statsdd: unknown field. Did you mean 'statsd'?"],
  [{ from: { prometheus: 'wbe' } }, "with.from.prometheus: there is no process 'wbe'. Did you mean 'web'?"],
  [
    { from: [{ prometheus: { to: 'db.metrisc' } }] },
    "with.from[0].prometheus.to: there is no port 'db.metrisc'",
  ],
  [{ from: { prometheus: 'plain' } }, 'with.from.prometheus:'],
  [
    { from: { prometheus: { to: 'web', interval: 1 } } },
    'with.from.prometheus.interval: is 1; expected a time from 250 ms',
  ],
  [{ from: { redis: 'http://127.0.0.1' } }, "with.from.redis: there is no process 'http://127"],
  [
    { from: { redis: 'redis://' } },
    "with.from.redis: is 'redis://'; expected a URL such as 'redis://127.0.0.1:6379'",
  ],
  [
    { from: { redis: { to: 'db', interval: 1 } } },
    'with.from.redis.interval: is 1; expected a time from 250 ms',
  ],
  [
    { from: { nginxStatus: { to: 'web', interval: 1 } } },
    'with.from.nginxStatus.interval: is 1; expected a time',
  ],
  [{ from: [{ statsd: true }, { statsd: true }] }, 'with.from[1].statsd: cannot stand beside another statsd'],
  [{ from: { statsd: { buckets: [2, 1] } } }, 'with.from.statsd.buckets:'],
  [
    { from: { json: { to: 'web', metrics: [{ name: 'a b' }] } } },
    "with.from.json.metrics[0].name: is 'a b'; expected the name of a metric",
  ],
  [logs({ volume: 'log' }), "with.from.logs.volume: there is no volume 'log'. Did you mean 'logs'?"],
  [logs({ volume: 'logs', processes: ['web'] }), 'with.from.logs.processes: cannot stand beside volume'],
  [logs({ include: ['x'] }), 'with.from.logs.include: means nothing without volume'],
  [logs({ match: '(' }), 'with.from.logs.match:'],
  [logs({ processes: ['wbe'] }), "with.from.logs.processes[0]: there is no process 'wbe'."],
  [
    logs({ metric: { name: 'x', value: 'b' } }),
    "with.from.logs.metric.value: is 'b'; expected a named group of the pattern",
  ],
  [
    logs({ metric: { name: 'x', labels: ['b'] } }),
    "with.from.logs.metric.labels[0]: is 'b'; expected a named group",
  ],
  [logs({ metric: { name: 'x', type: 'gauge' } }), 'with.from.logs.metric.type: means nothing without value'],
  [{ from: { statsd: true }, relabel: [{ action: 'drp' }] }, "Did you mean 'drop'?"],
  [{ from: { statsd: true }, relabel: [{ regex: '(' }] }, 'with.relabel[0].regex:'],
  [
    { from: { statsd: true }, relabel: [{ sourceLabels: ['a'] }] },
    'with.relabel[0]: means nothing without targetLabel',
  ],
  [
    { from: { statsd: true }, relabel: [{ action: 'hashmod', targetLabel: 'a' }] },
    'means nothing without modulus',
  ],
  [{ from: { statsd: true }, push: { otlp: 'wbe' } }, "with.push.otlp: there is no process 'wbe'."],
  [{ from: { statsd: true }, push: { otlp: 'http://' } }, "with.push.otlp: is 'http://'; expected a URL"],
  [
    { from: { statsd: true }, push: { remoteWrite: 'wbe' } },
    "with.push.remoteWrite: there is no process 'wbe'.",
  ],
  [
    { from: { statsd: true }, push: { remoteWrite: 'web', otlp: 'web' } },
    'expected an object with exactly one of otlp and remoteWrite',
  ],
  [
    { from: { statsd: true }, push: { otlp: 'web', interval: 1 } },
    'with.push.interval: is 1; expected a time',
  ],
  [{ from: { statsd: true }, maxSeries: 0 }, 'with.maxSeries: is 0; expected a whole number from 1'],
])('%o is refused', (options, text) => {
  expect(problemsOf(shop(options))).toContain(text);
});
