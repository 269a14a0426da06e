import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricHistory } from '../../src/observe/process-metrics.ts';
import { FollowedMetrics } from '../../src/tui/followed-metrics.ts';
import { INITIAL, type UiState } from '../../src/tui/state/ui-state.ts';
import { eventually } from '../support/deadline.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const history = (
  name: MetricHistory['name'],
  unit: MetricHistory['unit'],
  values: readonly number[],
): MetricHistory => ({ name, unit, points: values.map((value, at) => [at, value] as const) });

const HISTORIES = [
  history('cpu', 'cores', [0.1, 0.35, 0.7]),
  history('memory', 'bytes', [2 ** 20, 2 ** 21]),
  history('requests', 'per-second', [0, 12]),
  history('p95', 'seconds', [0.012, 0.006]),
];

const shown = (columns = 100): PureDashboard => new PureDashboard(new FakePod(), { columns, rows: 40 });

describe('the metrics page', () => {
  it('shows the figures of the selected process over time', () => {
    const dashboard = shown().press('u');
    dashboard.metrics = { process: 'shop', problem: null, histories: HISTORIES };
    expect(dashboard.text).toContain('shop: metrics');
    expect(dashboard.text).toContain('the last 15 minutes, as the prometheus sidecar has them');
    expect(dashboard.text).toMatch(/^ cpu +▂▅█ {2}70%, 70% at most$/m);
    expect(dashboard.text).toMatch(/^ memory +▅█ {2}2 MiB, 2 MiB at most$/m);
    expect(dashboard.text).toMatch(/^ requests +▁█ {2}12\/s, 12\/s at most$/m);
    expect(dashboard.text).toMatch(/^ p95 +█▅ {2}6 ms, 12 ms at most$/m);
    expect(dashboard.text).toContain("come from a monitor: watch: { use: 'monitor' }");
    expect(dashboard.text).not.toContain('requests, errors and durations come from');
  });

  it('falls back to what the dashboard samples, and says what to add', () => {
    const dashboard = shown().press('u');
    dashboard.pastUsage = { cpu: [0, 0.35, 0.7], memory: [2 ** 20, 2 ** 21, 2 ** 21] };
    const problem =
      "no process of the pod is a prometheus sidecar: add one to sidecars, such as prometheus: { use: 'prometheus' }";
    dashboard.metrics = { process: 'shop', problem, histories: null };
    expect(dashboard.text).toContain('the last minute, as the dashboard has it');
    expect(dashboard.text).toMatch(/^ cpu +▁▅█ {2}70%, 70% at most$/m);
    expect(dashboard.text.replace(/\s+/g, ' ')).toContain(problem);
  });

  it('does not show the figures of another process', () => {
    const dashboard = shown().press('u');
    dashboard.metrics = { process: 'db', problem: null, histories: HISTORIES };
    expect(dashboard.text).not.toContain('70%');
  });

  it('goes from process to process, to the details and back', () => {
    const dashboard = shown().press('u');
    const before = dashboard.state.selected;
    expect(dashboard.press('right').state).toMatchObject({ screen: 'metrics' });
    expect(dashboard.state.selected).not.toBe(before);
    expect(dashboard.press('left').state.selected).toBe(before);
    expect(dashboard.press('i').state.screen).toBe('details');
    expect(dashboard.press('u').state.screen).toBe('metrics');
    expect(dashboard.press('escape', 'escape', 'escape').state.screen).toBe('dashboard');
  });

  it('fits every screen', () => {
    const dashboard = shown().press('u');
    dashboard.metrics = { process: 'shop', problem: null, histories: HISTORIES };
    for (const size of SIZES) {
      dashboard.size = size;
      expect(dashboard.widths).toEqual(Array.from({ length: size.rows }, () => size.columns));
    }
  });
});

const on = (screen: UiState['screen'], selected: string | null = 'shop'): UiState => ({
  ...{ ...INITIAL, screen, selected },
});

describe('the metrics that the dashboard follows', () => {
  let server: Server;
  let asked: string[] = [];

  beforeEach(async () => {
    asked = [];
    server = createServer(({ url = '' }, response) => {
      asked.push(new URL(url, 'http://x').searchParams.get('query') ?? '');
      const result = [{ metric: {}, values: [[1, '0.5']] }];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const podWith = (port: number): FakePod =>
    new FakePod([
      processSnapshot({
        ...{ name: 'prom', origin: { use: 'prometheus', engine: 'embedded' } },
        ports: [{ name: 'http', port, protocol: 'tcp', host: '127.0.0.1' }],
      }),
    ]);

  const followed = (pod: FakePod): FollowedMetrics => new FollowedMetrics(pod, () => undefined);

  it('are asked for again and again while their page is on the screen, and not otherwise', async () => {
    const metrics = followed(podWith((server.address() as AddressInfo).port));
    metrics.show(on('dashboard'));
    expect(asked).toEqual([]);
    metrics.show(on('metrics'));
    // One query for each of the eight figures, twice.
    await eventually('two rounds', () => asked.length >= 16);
    expect(metrics.view).toMatchObject({ process: 'shop', problem: null });
    expect(metrics.view.histories).toHaveLength(8);
    metrics.show(on('help'));
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 2_300));
    expect(asked.length).toBe(before);
    metrics.show(on('metrics', 'db'));
    await eventually('a question about another', () => asked.at(-1)?.includes('"db"') === true);
    metrics.show(null);
  });

  it('say what is missing', async () => {
    const metrics = followed(new FakePod());
    metrics.show(on('metrics'));
    await eventually('a problem', () => metrics.view.problem !== null);
    expect(metrics.view.problem).toContain("such as prometheus: { use: 'prometheus' }");
    metrics.show(null);
    const gone = followed(podWith(1));
    gone.show(on('metrics'));
    await eventually('a problem', () => gone.view.problem !== null);
    expect(gone.view.problem).toContain('prom cannot be reached');
    gone.show(null);
  });
});
