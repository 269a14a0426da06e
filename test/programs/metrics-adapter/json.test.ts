import { expect, test } from 'vitest';
import type { JsonMetric } from '../../../src/programs/metrics-adapter/options.ts';
import { readJsonMetrics } from '../../../src/programs/metrics-adapter/sources/read-json-metrics.ts';

const DOCUMENT = {
  memory: { used: 42 },
  up: true,
  text: '1.5',
  queues: [
    { name: 'mail', depth: 3, state: { is: 'ok' } },
    { name: 'jobs', depth: null },
  ],
  pools: { a: { size: 1 }, b: { size: 'many' } },
};

const read = (...metrics: readonly Partial<JsonMetric>[]) => {
  const { families, mistakes } = readJsonMetrics(
    DOCUMENT,
    metrics.map((metric) => ({
      name: 'm',
      help: 'm',
      type: 'gauge',
      path: [],
      value: [],
      labels: {},
      ...metric,
    })),
  );
  const samples = families.flatMap((family) => family.samples);
  return [samples.map(({ labels, value }) => ({ ...Object.fromEntries(labels), value })), mistakes];
};

test.each([
  ['a field', { path: ['memory', 'used'] }, [{ value: 42 }]],
  ['what is true', { path: ['up'] }, [{ value: 1 }]],
  ['a number as text', { path: ['text'] }, [{ value: 1.5 }]],
  ['an element', { path: ['queues', '0', 'depth'] }, [{ value: 3 }]],
  ['what is not there', { path: ['memory', 'free'] }, []],
  ['what an object has from its prototype', { path: ['constructor', 'length'] }, []],
  [
    'a field of every element, with labels of its own',
    { path: ['queues', '*'], value: ['depth'], labels: { queue: '{name}', is: '{state.is}', in: 'shop' } },
    [{ queue: 'mail', is: 'ok', in: 'shop', value: 3 }],
  ],
])('%s', (_, metric, wanted) => {
  expect(read(metric)).toEqual([wanted, 0]);
});

test('a metric has its name, type and help, and a counter ends with _total', () => {
  const metric = { path: ['memory', 'used'], value: [], labels: {}, help: 'h' };
  const { families } = readJsonMetrics(DOCUMENT, [
    { ...metric, name: 'used', type: 'gauge' },
    { ...metric, name: 'sent', type: 'counter' },
  ]);
  expect(families.map(({ name, type, help, samples }) => [name, type, help, samples[0]?.name])).toEqual([
    ['used', 'gauge', 'h', 'used'],
    ['sent', 'counter', 'h', 'sent_total'],
  ]);
});

test('every field, with its key; what is no number is counted', () => {
  const pools = { path: ['pools', '*'], value: ['size'], labels: { pool: '{*}' } };
  expect(read(pools)).toEqual([[{ pool: 'a', value: 1 }], 1]);
});
