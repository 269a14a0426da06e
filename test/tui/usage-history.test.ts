import { describe, expect, test } from 'vitest';
import { sparkline } from '../../src/tui/text/sparkline.ts';
import { UsageHistory } from '../../src/tui/usage-history.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const sample = (cpu: number) => ({ cpu, memory: cpu * 2 ** 30, processes: 1 });

describe('past usage', () => {
  test('has the newest sixty samples of each process', () => {
    const history = new UsageHistory();
    for (let at = 0; at < 70; at++) history.take(new Map([['db', sample(at)]]));
    expect(history.of('db')?.cpu).toEqual(Array.from({ length: 60 }, (_, at) => at + 10));
  });

  test('of a process that is sampled no longer is forgotten', () => {
    const history = new UsageHistory();
    history.take(new Map([['db', sample(1)]]));
    history.take(new Map());
    expect(history.of('db')).toBeNull();
  });
});

describe('a sparkline', () => {
  test('goes from the lowest bar for nothing to the highest for the most', () => {
    expect(sparkline([0, 1, 2, 4, 7], 10)).toBe('▁▂▃▅█');
    expect(sparkline([0, 0, 0], 10)).toBe('▁▁▁');
    expect(sparkline([7, 7, 0, 1], 2)).toBe('▁█');
  });
});

test('the details show CPU and memory of the last minute, in one row each if there is room', async () => {
  const dashboard = new PureDashboard(new FakePod(), { columns: 100, rows: 40 }).press('i');
  dashboard.details = await dashboard.pod.details('shop');
  expect(dashboard.text).not.toContain('last minute');
  dashboard.pastUsage = { cpu: [0, 0.35, 0.7], memory: [2 ** 20, 2 ** 21, 2 ** 21] };
  expect(dashboard.text).toMatch(/^ cpu +▁▅█ {2}70%, 70% at most in the last minute$/m);
  expect(dashboard.text).toMatch(/^ memory +▅██ {2}2M, 2M at most in the last minute$/m);
  for (const size of SIZES) {
    dashboard.size = size;
    expect(dashboard.widths).toEqual(Array.from({ length: size.rows }, () => size.columns));
  }
});
