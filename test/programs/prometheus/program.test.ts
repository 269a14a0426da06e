import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { runPrometheus, serveMetrics, target } from './running-prometheus.ts';

describe('prometheus', () => {
  it('scrapes a target again and again, and answers queries', async () => {
    let count = 0;
    const address = await serveMetrics(() => {
      count += 1;
      return `# TYPE requests_total counter\nrequests_total{code="200"} ${count}\n`;
    });
    const prometheus = await runPrometheus({ targets: [target(address)] });
    await eventually('a rate', async () => (await prometheus.query('rate(requests_total[1m])')).length > 0);
    await eventually('it is up', async () => (await prometheus.query('up')).join() === 'up{web} 1');
    const { result } = await prometheus.data('query?query=requests_total[1m]');
    const values = result[0].values.map(([, value]: readonly [number, string]) => Number(value));
    expect(values[0]).toBe(1);
    expect(values).toEqual([...new Set<number>(values)].sort((a, b) => a - b));
    expect(result[0].metric).toEqual({
      ...{ __name__: 'requests_total', code: '200', job: 'web', instance: address },
    });
    const form = await fetch(`${prometheus.url}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams({
        query: 'count(up)',
        start: String(Date.now() / 1000 - 10),
        end: new Date(Date.now() + 10_000).toISOString(),
        step: '1s',
      }),
    });
    const range = (await form.json()) as { data: { resultType: string; result: [{ values: unknown[] }] } };
    expect(range.data.resultType).toBe('matrix');
    expect(range.data.result[0].values.length).toBeGreaterThan(5);
  });

  it('lists series, labels and targets', async () => {
    const address = await serveMetrics(
      ({ url }, response) =>
        void response.end(url === '/metrics?key=s3cret' ? 'a{x="1"} 1\nb{x="2"} 1\n' : ''),
    );
    const targets = [target(address, { path: '/metrics?key=s3cret' })];
    const prometheus = await runPrometheus({ targets, scrapeInterval: 60_000 });
    await eventually('a scrape', async () => (await prometheus.query('a')).length > 0);
    const metric = (name: string, x: string) => ({ __name__: name, x, job: 'web', instance: address });
    expect(await prometheus.data('series?match[]=a&match[]={x="2"}')).toEqual([
      metric('a', '1'),
      metric('b', '2'),
    ]);
    expect(await prometheus.data('labels?match[]=a')).toEqual(['__name__', 'instance', 'job', 'x']);
    expect(await prometheus.data('label/x/values')).toEqual(['1', '2']);
    expect(await prometheus.data('label/x/values?match[]=b')).toEqual(['2']);
    expect(await prometheus.data('label/__name__/values')).toContain('scrape_duration_seconds');
    expect(await prometheus.data('series?match[]=a&end=1000')).toEqual([]);
    expect(await prometheus.data('targets')).toMatchObject({
      activeTargets: [
        {
          labels: { job: 'web', instance: address },
          scrapeUrl: `http://${address}/metrics?***`,
          health: 'up',
          lastError: '',
          scrapeInterval: '60s',
        },
      ],
    });
    expect(await prometheus.data('status/buildinfo')).toMatchObject({
      version: expect.stringMatching(/^2\./),
    });
    const dumps = await Promise.all(
      ['/config_dump', '/stats'].map(async (path) => (await fetch(`${prometheus.admin}${path}`)).text()),
    );
    expect(dumps.join()).not.toContain('s3cret');
    expect(JSON.parse(dumps[1] ?? '')).toMatchObject({ series: 7, targets: [{ job: 'web', health: 'up' }] });
  });

  it('says that a target is down, and that its series have ended', async () => {
    let status = 200;
    const address = await serveMetrics((_, response) => void response.writeHead(status).end('a 1\n'));
    const prometheus = await runPrometheus({ targets: [target(address)] });
    await eventually('a scrape', async () => (await prometheus.query('a')).length > 0);
    status = 500;
    await eventually('the end', async () => (await prometheus.query('a')).length === 0);
    expect(await prometheus.query('up')).toEqual(['up{web} 0']);
    const { activeTargets } = await prometheus.data('targets');
    expect(activeTargets[0]).toMatchObject({
      health: 'down',
      lastError: 'it answered with 500 Internal Server Error',
    });
    await eventually('its status', () => prometheus.output().includes('STATUS=the target web is down'));
    status = 200;
    await eventually('its return', async () => (await prometheus.query('a')).length > 0);
  });

  it('keeps the rest of a scrape with a bad line, and names that', async () => {
    const address = await serveMetrics(() => 'a 1\nb two\nc 3\nc 3\n');
    const prometheus = await runPrometheus({ targets: [target(address)], scrapeInterval: 60_000 });
    await eventually('a scrape', async () => (await prometheus.query('c')).length > 0);
    expect(await prometheus.query('up')).toEqual(['up{web} 1']);
    const { activeTargets } = await prometheus.data('targets');
    expect(activeTargets[0].lastError).toBe(
      "1 line was left out: line 2: the value 'two' is no number; 1 sample was left out: they came twice, or are older than others",
    );
  });

  it('reads what is compressed, and gives up what is too slow, too large or not there', async () => {
    const gzipped = await serveMetrics((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('a 1\n'));
    });
    const broken = await serveMetrics((_, response) => {
      response.setHeader('content-encoding', 'gzip').end('a 1\n');
    });
    const slow = await serveMetrics((_, response) => void response.writeHead(200).write('a 1\n'));
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, '\n'));
    const large = await serveMetrics((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(bomb);
    });
    const many = await serveMetrics(() =>
      Array.from({ length: 10_001 }, (_, at) => `a{n="${at}"} 1`).join('\n'),
    );
    const all = { gzipped, broken, slow, large, many, gone: '127.0.0.1:1' };
    const targets = Object.entries(all).map(([job, address]) => target(address, { job }));
    const prometheus = await runPrometheus({ targets, scrapeInterval: 3000 });
    const states = async (): Promise<Readonly<Record<string, string>>> => {
      const { activeTargets } = await prometheus.data('targets');
      return Object.fromEntries(
        activeTargets.map((each: { labels: { job: string }; health: string; lastError: string }) => [
          each.labels.job,
          each.lastError || each.health,
        ]),
      );
    };
    await eventually('all', async () => !Object.values(await states()).includes('unknown'));
    expect(await states()).toEqual({
      gzipped: 'up',
      broken: 'incorrect header check',
      slow: 'no answer within 3 s',
      large: 'its answer has more than 32 MiB',
      many: 'it has more than 10000 series',
      gone: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('reads its options again, and goes on with the targets that stay', async () => {
    const [first, second] = [await serveMetrics(() => 'a 1\n'), await serveMetrics(() => 'a 1\n')];
    const prometheus = await runPrometheus({ targets: [target(first, { job: 'first' })] });
    await eventually('a scrape', async () => (await prometheus.query('a')).length === 1);
    const both = [target(first, { job: 'first' }), target(second, { job: 'second' })];
    prometheus.reload({ targets: both });
    await eventually('both', async () => (await prometheus.query('a')).length === 2);
    prometheus.reload({ targets: both.slice(1) });
    await eventually('one', async () => (await prometheus.query('a')).length === 1);
    expect((await prometheus.query('up')).map((text) => text.slice(0, 10))).toEqual(['up{second}']);
    const past = await prometheus.data('query?query=a[1m]');
    expect(past.result).toHaveLength(2);
  });

  it('forgets what is older than the retention', async () => {
    const address = await serveMetrics(() => 'a 1\n');
    const prometheus = await runPrometheus({ targets: [target(address)], retention: 1000 });
    await eventually('a scrape', async () => (await prometheus.query('a')).length === 1);
    prometheus.reload({ targets: [], retention: 1000 });
    const series = async (): Promise<number> =>
      ((await (await fetch(`${prometheus.admin}/stats`)).json()) as { series: number }).series;
    await eventually('nothing is left', async () => (await series()) === 0);
  });

  it('ends at SIGTERM, and takes no more before', async () => {
    const address = await serveMetrics(() => 'a 1\n');
    const prometheus = await runPrometheus({ targets: [target(address)] });
    await fetch(`${prometheus.admin}/drain`, { method: 'POST' });
    expect((await fetch(`${prometheus.admin}/ready`)).status).toBe(503);
    await expect(fetch(`${prometheus.url}/api/v1/labels`)).rejects.toThrow();
    prometheus.signal('SIGTERM');
    expect(await prometheus.exit).toBe(0);
  });
});

test('rules are evaluated as often as targets are scraped, and a reload takes over others', async () => {
  const address = await serveMetrics(() => 'seconds 3\n');
  const alert = {
    ...{ kind: 'alert', name: 'Slow', expr: 'seconds > 1', for: 0, labels: {} },
    annotations: { summary: '{{ $labels.job }} takes {{ $value }} s' },
  };
  const record = { kind: 'record', name: 'twice', expr: 'seconds * 2', labels: {} };
  const options = { targets: [target(address)], scrapeInterval: 200, rules: [record, alert] };
  const prometheus = await runPrometheus(options);
  await eventually('the alert', () =>
    prometheus
      .output()
      .includes(`the alert Slow fires for {instance="${address}", job="web"}: web takes 3 s`),
  );
  await eventually('the status', () => prometheus.output().includes('STATUS=the alert Slow fires\n'));
  expect(await prometheus.query('twice')).toEqual(['twice{web} 6']);
  expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual(['ALERTS{web} 1']);
  expect(await prometheus.data('rules')).toMatchObject({ groups: [{ name: 'prom', interval: 0.2 }] });
  prometheus.reload({ ...options, rules: [{ ...record, expr: 'sum(' }] });
  await eventually('the refusal', () =>
    prometheus.output().includes('the options were not applied: the rule twice cannot be read: the query'),
  );
  expect(await prometheus.query('count(ALERTS)')).toEqual(['{} 1']);
  prometheus.reload({ ...options, rules: [] });
  await eventually('the end', async () => (await prometheus.query('ALERTS or twice')).length === 0);
  await expect(runPrometheus({ rules: [{ ...record, expr: 'sum(' }] })).rejects.toThrow(
    'prometheus cannot start: the rule twice cannot be read: the query cannot be read at its end',
  );
});

test('a page of another site gets no answer', async () => {
  const prometheus = await runPrometheus({});
  const statusWith = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const [hostname, port] = prometheus.listen.split(':');
      const asking = request({ hostname, port, path: '/api/v1/labels', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asking.once('error', reject);
      asking.end();
    });
  const port = prometheus.listen.split(':')[1];
  expect(await statusWith({ host: 'evil.example' })).toBe(403);
  expect(await statusWith({ host: `rebound.example:${port}` })).toBe(403);
  expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
  expect(await statusWith({ origin: 'null' })).toBe(403);
  expect(await statusWith({ host: `localhost:${port}`, origin: 'http://localhost:5173' })).toBe(200);
  expect(await statusWith({ host: `prom.pod.localhost:${port}` })).toBe(200);
});

test('its own metrics tell of its memory', async () => {
  const address = await serveMetrics(() => 'a 1\n');
  const prometheus = await runPrometheus({ targets: [target(address)], scrapeInterval: 60_000 });
  await eventually('a scrape', async () => (await prometheus.query('a')).length > 0);
  const metrics = await (await fetch(`${prometheus.admin}/metrics`)).text();
  expect(metrics).toMatch(/^prometheus_tsdb_head_series 6$/m);
  expect(metrics).toMatch(/^sidecar_scrapes_total [1-9]\d*$/m);
  for (const name of ['prometheus_tsdb_head_samples', 'prometheus_tsdb_head_bytes', 'process_open_fds'])
    expect(metrics).toMatch(new RegExp(`^${name} [1-9]`, 'm'));
  for (const name of ['scrape_failures', 'scrape_mistakes', 'scrape_late_samples', 'series_refused'])
    expect(metrics).toContain(`\nsidecar_${name}_total 0\n`);
});
