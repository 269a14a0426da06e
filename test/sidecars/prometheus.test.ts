import { describe, expect, it, test } from 'vitest';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const pod = (prometheus: object = {}, more: object = {}) => ({
  sidecars: {
    redis: { command: 'redis-server', ports: { main: 6379, metrics: 9121 } },
    odd: { command: 'odd', ports: { metrics: { port: 53, protocol: 'udp' }, admin: 5 } },
    slow: { use: 'faults', with: { to: 'redis.main' } },
    prom: { use: 'prometheus', ...prometheus },
    ...more,
  },
  primary: { name: 'web', command: 'web', ports: { http: 3000, metrics: 3001 } },
});

const optionsOf = (config: unknown, name = 'prom') => {
  const found = processOf(podOf(config), name);
  return { found, options: JSON.parse(found.files[0]?.content ?? '') };
};

const targetsOf = (config: unknown, name = 'prom'): readonly string[] =>
  optionsOf(config, name).options.targets.map(
    ({ job, address, path }: Readonly<Record<string, string>>) => `${job} ${address}${path}`,
  );

describe('prometheus', () => {
  it('fills in what a rule leaves out', () => {
    const rules = [
      { record: 'a:b', expr: 'sum(x)' },
      { record: 'a:c', expr: 'y', labels: { of: 'c' } },
      { alert: 'Slow', expr: 'x > 1' },
      {
        ...{ alert: 'Down', expr: 'up == 0', for: '90s', labels: { severity: 'page' } },
        annotations: { summary: '{{ $labels.job }} is {{$value}}' },
      },
    ];
    expect(optionsOf(pod({ with: { rules } })).options.rules).toEqual([
      { kind: 'record', name: 'a:b', expr: 'sum(x)', labels: {} },
      { kind: 'record', name: 'a:c', expr: 'y', labels: { of: 'c' } },
      { kind: 'alert', name: 'Slow', expr: 'x > 1', for: 0, labels: {}, annotations: {} },
      {
        ...{ kind: 'alert', name: 'Down', expr: 'up == 0', for: 90_000, labels: { severity: 'page' } },
        annotations: { summary: '{{ $labels.job }} is {{$value}}' },
      },
    ]);
    expect(optionsOf(pod()).options.rules).toEqual([]);
  });

  it('scrapes itself, ready-made sidecars and ports named metrics, without being told', () => {
    const { found, options } = optionsOf(pod());
    const [http, admin] = found.ports.map(({ port }) => port);
    const slow = processOf(podOf(pod()), 'slow').ports.find(({ name }) => name === 'admin')?.port;
    expect(found.ports.map(({ name }) => name)).toEqual(['http', 'admin']);
    expect(targetsOf(pod())).toEqual([
      `prom 127.0.0.1:${admin}/metrics`,
      'redis 127.0.0.1:9121/metrics',
      `slow 127.0.0.1:${slow}/metrics`,
      'web 127.0.0.1:3001/metrics',
    ]);
    expect(options).toMatchObject({
      ...{ name: 'prom', scrapeInterval: 5000, retention: 7_200_000 },
      ...{ listen: `127.0.0.1:${http}`, admin: `127.0.0.1:${admin}` },
    });
  });

  it('waits for nobody, and tells all others of its address', () => {
    const config = pod({ ports: { http: 9090 } });
    expect(processOf(podOf(config), 'prom').dependsOn).toEqual([]);
    expect(processOf(podOf(config), 'web').launch.env.provided).toEqual({
      PROMETHEUS_URL: { value: 'http://127.0.0.1:9090', by: 'prom' },
    });
  });

  it('takes its times, and reads its options again at a reload', () => {
    const { found, options } = optionsOf(pod({ with: { scrapeInterval: '250ms', retention: '1h' } }));
    expect(options).toMatchObject({ scrapeInterval: 250, retention: 3_600_000 });
    expect(found.files).toMatchObject([{ name: 'options', onChange: { kind: 'signal', signal: 'SIGHUP' } }]);
  });

  it('scrapes what a list names, and with auto everything else, too', () => {
    const entries = [
      'web.http',
      { to: 'redis', path: '/m', job: 'cache' },
      { to: { port: 9100 } },
      { to: { host: '::1', port: 9101 }, path: '/m', job: 'machine' },
    ];
    const named = [
      'web 127.0.0.1:3000/metrics',
      'cache 127.0.0.1:6379/m',
      '127.0.0.1:9100 127.0.0.1:9100/metrics',
      'machine [::1]:9101/m',
    ];
    expect(targetsOf(pod({ with: { scrape: entries } }))).toEqual(named);
    const all = targetsOf(pod({ with: { scrape: ['auto', ...entries] } }));
    expect(all).toHaveLength(8);
    expect(all).toEqual(expect.arrayContaining(named));
    expect(targetsOf(pod({ with: { scrape: [] } }))).toEqual([]);
  });

  it('scrapes a page once, as it is written', () => {
    const scrape = ['auto', { to: 'web.metrics', job: 'app' }];
    expect(targetsOf(pod({ with: { scrape } })).filter((target) => target.includes(':3001'))).toEqual([
      'app 127.0.0.1:3001/metrics',
    ]);
  });

  it('scrapes every instance of an app', () => {
    const primary = { command: 'web', ports: { http: 'auto', metrics: 'auto' } };
    const config = {
      sidecars: { prom: { use: 'prometheus', with: { scrape: ['auto', 'web.http'] } } },
      apps: { web: { primary: { ...primary, instances: 2 } }, api: { primary } },
    };
    const found = targetsOf(config).map((target) => target.split(' ')[0]);
    expect(found).toEqual(['prom', 'api', 'web-1', 'web-2', 'web-1', 'web-2']);
  });

  it('in an app scrapes that app, and what apps share', () => {
    const ports = { metrics: 'auto' };
    const config = {
      sidecars: { redis: { command: 'redis', ports } },
      apps: {
        web: {
          sidecars: { cache: { command: 'cache', ports }, prom: { use: 'prometheus' } },
          primary: { command: 'web', ports },
        },
      },
    };
    const found = targetsOf(config, 'web-prom').map((target) => target.split(' ')[0]);
    expect(found.toSorted()).toEqual(['cache', 'prom', 'redis', 'web']);
  });
});

test.each([
  [{ scrape: ['wbe.http'] }, "scrape[0]: there is no process 'wbe'. Did you mean 'web'?"],
  [{ scrape: [{ to: 'web.htpp' }] }, "scrape[0].to: there is no port 'web.htpp'. Did you mean 'web.http'?"],
  [{ scrape: ['auto', 'nope'] }, "scrape[1]: there is no process 'nope'."],
  [{ scrape: 'all' }, "scrape: is 'all'; expected 'auto', or a list of 'auto', ports such as 'web.http'"],
  [{ scrape: [{ path: '/x' }] }, 'scrape[0]'],
  [{ scrape: [{ to: 'web', path: 'x' }] }, 'scrape[0]'],
  [{ scrapeInterval: 0 }, 'scrapeInterval: is 0; expected a time above 0'],
  [{ retention: '1x' }, "retention: is '1x'; expected a time above 0"],
  [{ retention: '1s' }, 'retention: is shorter than scrapeInterval.'],
  [{ scrapeInterval: '3h' }, 'scrapeInterval: is longer than retention.'],
  [{ rules: {} }, 'rules'],
  [{ rule: [] }, 'rule'],
])('%j is refused before anything starts', (options, message) => {
  expect(problemsOf(pod({ with: options }))).toContain(`sidecars.prom.with.${message}`);
});
