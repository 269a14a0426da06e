import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { podOf, problemsOf, processOf } from '../config/support.ts';
import { isInstalled } from '../support/installed.ts';

const pod = (prom: object, more: object = {}) => ({
  sidecars: {
    slow: { use: 'faults', with: { to: 'web.http' } },
    otel: { command: 'otel', ports: { metrics: 4000 } },
    prom: { use: 'prometheus', ports: { http: 9090 }, ...prom },
  },
  primary: { name: 'web', command: 'web', ports: { http: 3000, metrics: 3001 } },
  ...more,
});

const filesOf = (config: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(processOf(podOf(config), 'prom').files.map(({ name, content }) => [name, content]));

describe('an engine of prometheus', () => {
  it('gets a configuration with all targets, and what it cannot read again on its command line', () => {
    const scrape = ['auto', { to: 'web.http', path: '/m?deep=1&deep=2', job: 'web' }];
    const config = pod({ engine: 'prometheus', with: { scrape, scrapeInterval: '250ms', retention: '90m' } });
    const prom = processOf(podOf(config), 'prom');
    expect(prom.files.map(({ name, onChange }) => [name, onChange.kind])).toEqual([
      ['options', 'signal'],
      ['prometheus.yml', 'signal'],
      ['arguments', 'restart'],
    ]);
    const files = filesOf(config);
    const admin = (name: string) =>
      processOf(podOf(config), name).ports.find((port) => port.name === 'admin')?.port;
    const job = (name: string, target: string, more: object = {}) => ({
      job_name: name,
      honor_labels: false,
      metrics_path: '/metrics',
      static_configs: [{ targets: [target] }],
      ...more,
    });
    expect(JSON.parse(files['prometheus.yml'] ?? '')).toEqual({
      global: { scrape_interval: '250ms', scrape_timeout: '250ms' },
      scrape_configs: [
        job('prom', `127.0.0.1:${admin('prom')}`),
        job('slow', `127.0.0.1:${admin('slow')}`),
        job('otel', '127.0.0.1:4000'),
        job('web', '127.0.0.1:3001'),
        job('web-2', '127.0.0.1:3000', {
          metrics_path: '/m',
          params: { deep: ['1', '2'] },
          static_configs: [{ targets: ['127.0.0.1:3000'], labels: { job: 'web' } }],
        }),
      ],
    });
    expect(JSON.parse(files['arguments'] ?? '')).toEqual({
      list: [
        '--storage.tsdb.path=data',
        '--storage.tsdb.retention.time=5400s',
        '--web.listen-address=127.0.0.1:9090',
        '--log.level=warn',
      ],
    });
    expect(prom.requires.map(({ program }) => program)).toEqual(['prometheus', 'promtool']);
  });

  it('keeps its data in a volume, if one is named', () => {
    const volumes = { kept: { persist: true } };
    const config = (engine: string) => pod({ engine, with: { volume: 'kept' } }, { volumes });
    expect(filesOf(config('prometheus'))['arguments']).toContain(
      '"--storage.tsdb.path=/volumes/kept/prometheus"',
    );
    expect(filesOf(config('victoria-metrics'))['arguments']).toContain(
      '"-storageDataPath=/volumes/kept/victoria-metrics"',
    );
  });

  it('gets rules in a file of their own, which are evaluated as often as targets are scraped', () => {
    const config = pod({ engine: 'prometheus', with: { scrapeInterval: '250ms', rules: RULES } });
    const files = filesOf(config);
    expect(JSON.parse(files['prometheus.yml'] ?? '')).toMatchObject({
      global: { evaluation_interval: '250ms' },
      rule_files: ['rules.yml'],
    });
    expect(JSON.parse(files['rules.yml'] ?? '')).toEqual({
      groups: [{ name: 'prom', rules: [RULES[0], { ...RULES[1], for: '60000ms', labels: {} }] }],
    });
  });

  it('victoria-metrics keeps samples for a day, or as many hours as are set', () => {
    expect(filesOf(pod({ engine: 'victoria-metrics' }))['arguments']).toContain('"-retentionPeriod=24h"');
    const longer = pod({ engine: 'victoria-metrics', with: { retention: '36.5h' } });
    expect(filesOf(longer)['arguments']).toContain('"-retentionPeriod=37h"');
  });
});

test.each([
  [
    { engine: 'victoria-metrics', with: { retention: '2h' } },
    /prom\.with\.retention: the engine 'victoria-metrics' cannot do retention as it is set/,
  ],
  [
    { engine: 'victoria-metrics', with: { rules: [{ record: 'a', expr: 'x' }] } },
    /prom\.with\.rules: the engine 'victoria-metrics' cannot do rules as it is set.*'embedded' or 'prometheus'/,
  ],
  [{ with: { rules: [{ expr: 'x' }] } }, /with\.rules\[0\]: .*exactly one of record and alert/],
  [
    { with: { rules: [{ record: 'a b', expr: 'x' }] } },
    /rules\[0\]\.record: is 'a b'; expected the name of a metric/,
  ],
  [
    { with: { rules: [{ record: 'a', expr: 'x', for: '1m' }] } },
    /rules\[0\]\.for: means nothing without alert/,
  ],
  [
    { with: { rules: [{ alert: 'a', expr: 'x', annotations: { summary: '{{ $value | humanize }}' } }] } },
    /rules\[0\]\.annotations\.summary: .*without templates but \{\{ \$labels\.NAME \}\}/,
  ],
  [{ with: { volume: 'x' } }, /prom\.with\.volume: the engine 'embedded' cannot do volume/],
  [{ engine: 'prometheus', with: { volume: 'x' } }, /prom\.with\.volume: there is no volume 'x'/],
  [{ engine: 'promtheus' }, /Did you mean 'prometheus'\?/],
])('%j is refused before anything starts', (prom, message) => {
  expect(problemsOf(pod(prom))).toMatch(message);
});

const RULES = [
  { record: 'job:up:sum', expr: 'sum by (job) (up)', labels: { of: 'job' } },
  { alert: 'Down', expr: 'up == 0', for: '1m', annotations: { summary: '{{ $value | humanize }}' } },
];

test.runIf(isInstalled('promtool'))(
  'promtool finds nothing wrong with a generated configuration',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const job = 'a "b" \n: {}';
    const config = pod({
      engine: 'prometheus',
      with: { scrape: ['auto', { to: { port: 1 }, job }, { to: { port: 2 }, job }], rules: RULES },
    });
    for (const name of ['prometheus.yml', 'rules.yml'])
      writeFileSync(join(folder, name), filesOf(config)[name] ?? '');
    const { all, exitCode } = await execa('promtool', ['check', 'config', 'prometheus.yml'], {
      ...{ cwd: folder, all: true, reject: false },
    });
    expect({ all, exitCode }).toMatchObject({
      all: expect.stringMatching(/SUCCESS: 1 rule files? found[\s\S]*SUCCESS: 2 rules found/),
      exitCode: 0,
    });
  },
);
