import { expect, test } from 'vitest';
import { type RelabelRule, relabelBy } from '../../../src/programs/metrics-adapter/relabel/relabel.ts';

const rule = (more: Partial<RelabelRule>): RelabelRule => ({
  ...{ sourceLabels: [], separator: ';', targetLabel: '', regex: '(.*)' },
  ...{ modulus: 1, replacement: '$1', action: 'replace' },
  ...more,
});

const LABELS = { __name__: 'http_requests', path: '/orders/7', code: '200', tmp_a: 'x' };

const relabeled = (...rules: readonly Partial<RelabelRule>[]) => {
  const labels = relabelBy(rules.map(rule))(new Map(Object.entries(LABELS)));
  return labels === null ? null : Object.fromEntries(labels);
};

/** The cases of Prometheus' own relabel_test.go, in short. */
test.each<[string, Partial<RelabelRule>, object | null]>([
  [
    'replace joins labels',
    { sourceLabels: ['path', 'code'], targetLabel: 'both' },
    { ...LABELS, both: '/orders/7;200' },
  ],
  [
    'replace with another separator',
    { sourceLabels: ['path', 'code'], separator: ' ', targetLabel: 'both' },
    { ...LABELS, both: '/orders/7 200' },
  ],
  [
    'replace with a group',
    { sourceLabels: ['path'], regex: '/(\\w+)/.*', targetLabel: 'path' },
    { ...LABELS, path: 'orders' },
  ],
  [
    'replace with a group in braces',
    { sourceLabels: ['path'], regex: '/(\\w+)/.*', targetLabel: 'path', replacement: '${1}s' },
    { ...LABELS, path: 'orderss' },
  ],
  [
    'replace of what does not match',
    { sourceLabels: ['path'], regex: 'orders', targetLabel: 'path' },
    LABELS,
  ],
  [
    'replace by nothing',
    { sourceLabels: ['path'], targetLabel: 'path', replacement: '' },
    { __name__: 'http_requests', code: '200', tmp_a: 'x' },
  ],
  [
    'replace into a label that a group names',
    { sourceLabels: ['path'], regex: '/(\\w+)/(.*)', targetLabel: '$1', replacement: '$2' },
    { ...LABELS, orders: '7' },
  ],
  ['keep', { action: 'keep', sourceLabels: ['code'], regex: '2..' }, LABELS],
  ['keep nothing', { action: 'keep', sourceLabels: ['code'], regex: '2' }, null],
  ['drop', { action: 'drop', sourceLabels: ['__name__'], regex: 'http_.*' }, null],
  ['drop nothing', { action: 'drop', sourceLabels: ['__name__'], regex: 'http' }, LABELS],
  ['labeldrop', { action: 'labeldrop', regex: 'tmp_.*|path' }, { __name__: 'http_requests', code: '200' }],
  ['labelkeep', { action: 'labelkeep', regex: '__name__|code' }, { __name__: 'http_requests', code: '200' }],
  ['labelmap', { action: 'labelmap', regex: 'tmp_(.*)' }, { ...LABELS, a: 'x' }],
  ['lowercase', { action: 'lowercase', sourceLabels: ['path'], targetLabel: 'path' }, LABELS],
  [
    'uppercase',
    { action: 'uppercase', sourceLabels: ['path'], targetLabel: 'path' },
    { ...LABELS, path: '/ORDERS/7' },
  ],
  ['keepequal', { action: 'keepequal', sourceLabels: ['code'], targetLabel: 'path' }, null],
  ['dropequal', { action: 'dropequal', sourceLabels: ['code'], targetLabel: 'code' }, null],
])('%s', (_, more, wanted) => {
  expect(relabeled(more)).toEqual(wanted);
});

test('hashmod is that of Prometheus', () => {
  // relabel_test.go: hashmod of 'c' with 'b' and 'a', and modulus 1000.
  const labels = new Map(Object.entries({ a: 'foo', b: 'bar', c: 'baz' }));
  const hashed = relabelBy([
    rule({ action: 'hashmod', sourceLabels: ['c'], targetLabel: 'd', modulus: 1_000 }),
  ])(labels);
  expect(hashed?.get('d')).toBe('976');
});

test('rules apply one after the other, and nothing follows a drop', () => {
  expect(
    relabeled(
      { sourceLabels: ['code'], targetLabel: 'status' },
      { action: 'labeldrop', regex: 'code|tmp_.*' },
      { sourceLabels: ['__name__'], regex: 'http_(.*)', targetLabel: '__name__' },
    ),
  ).toEqual({ __name__: 'requests', path: '/orders/7', status: '200' });
  expect(relabeled({ action: 'drop', sourceLabels: ['code'] }, { action: 'keep', regex: '' })).toBeNull();
});
