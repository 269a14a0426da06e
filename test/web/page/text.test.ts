import { describe, expect, test } from 'vitest';
import { plotRange, seriesNames } from '../../../src/web/page/state/plotted.ts';
import { hashOf, readRoute } from '../../../src/web/page/state/route.ts';
import { traceLines } from '../../../src/web/page/state/trace-lines.ts';
import { ageOf, bytesOf, coresOf, durationOf, numberOf } from '../../../src/web/page/text/format.ts';
import { plainText, spansOf } from '../../../src/web/page/text/spans.ts';

const spans = (text: string, search = '') =>
  spansOf(text, search).map(({ text: piece, style, isMatch }) => [
    piece,
    style,
    ...(isMatch ? ['match'] : []),
  ]);

describe('a line of output', () => {
  test('keeps its colors, and nothing that moves, clears or hides', () => {
    expect(spans('plain')).toEqual([['plain', '']]);
    expect(spans('\x1b[1;31mbad\x1b[0m \x1b[92mgood\x1b[39m rest')).toEqual([
      ['bad', 'bold c1'],
      [' ', ''],
      ['good', 'c10'],
      [' rest', ''],
    ]);
    expect(spans('\x1b[2J\x1b]0;title\x07a\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\u202eb')).toEqual([
      ['a', ''],
      ['link', ''],
      ['b', ''],
    ]);
    expect(spans('10 %\r50 %\r100 %')).toEqual([['100 %', '']]);
    expect(spans('\x1b[38;2;1;2;3mtrue color')).toEqual([['true color', '']]);
    expect(plainText('\x1b[31mred\x1b[0m\ttab')).toBe('red\ttab');
  });

  test('has what the search has found marked, in any case', () => {
    expect(spans('Order, order', 'ORDER')).toEqual([
      ['Order', '', 'match'],
      [', ', ''],
      ['order', '', 'match'],
    ]);
    expect(spans('a.b axb', 'a.b')).toEqual([
      ['a.b', '', 'match'],
      [' axb', ''],
    ]);
  });
});

test('figures have three digits and a unit', () => {
  expect([0.95, 1.234, 12_345, 125_000].map(durationOf)).toEqual([
    '950 µs',
    '1.23 ms',
    '12.3 s',
    '2 min 5 s',
  ]);
  expect([0, 1_536, 52_000_000].map(bytesOf)).toEqual(['0 B', '1.5 KiB', '49.6 MiB']);
  expect([0, 0.012, 0.5, 3].map(coresOf)).toEqual(['0 %', '1.2 %', '50 %', '300 %']);
  expect([0.5, 12_345, 2e6, 3e9].map(numberOf)).toEqual(['0.5', '12.3k', '2M', '3G']);
  expect([900, 65_000, 7_200_000, 2e8].map(ageOf)).toEqual(['0 s', '1 min', '2 h', '2 d']);
});

test('the address says what is shown, and is read again', () => {
  const hash = hashOf('logs', '', { q: 'a b&c', p: ['web', 'db'] });
  expect(hash).toBe('#/logs?q=a+b%26c&p=web&p=db');
  const { view, item, query } = readRoute(hash);
  expect([view, item, query.get('q'), query.getAll('p')]).toEqual(['logs', '', 'a b&c', ['web', 'db']]);
  expect(readRoute(hashOf('processes', 'web'))).toMatchObject({ view: 'processes', item: 'web' });
  expect(readRoute('#/nonsense/%')).toMatchObject({ view: 'processes', item: '' });
});

test('the lines of a trace are its log records, and the output that mentions it and is not the same', () => {
  const record = (time: number, body: string) => ({
    ...{ time, service: 'web', severity: 9, severityText: '', body, attributes: {} },
    ...{ traceId: 'abc', spanId: '1' },
  });
  const output = (time: number, text: string) => ({
    ...{ time: new Date(time).toISOString(), process: 'db', kind: 'stdout' as const, text, isPartial: false },
  });
  const lines = traceLines(
    'abc',
    [record(3_000, 'sent'), record(1_000, 'both abc')],
    [output(1_001, 'both abc'), output(2_000, 'query abc'), output(2_500, 'other')],
  );
  expect(lines.map(({ source, level, text }) => [source, level, text])).toEqual([
    ['web', 'INFO', 'both abc'],
    ['db', '', 'query abc'],
    ['web', 'INFO', 'sent'],
  ]);
});

test('series of a range get values at the same times, and gaps where they have none', () => {
  const result = [
    { metric: { __name__: 'up', job: 'web' }, values: [[10, '1'] as const, [20, 'NaN'] as const] },
    { metric: { job: 'db' }, values: [[20, '2'] as const, [30, '+Inf'] as const] },
  ];
  expect(plotRange({ data: { result } })).toEqual({
    times: [10, 20, 30],
    series: [
      { name: 'up job=web', values: [1, null, null] },
      { name: 'job=db', values: [null, 2, null] },
    ],
  });
  expect(seriesNames([{}])).toEqual(['value']);
  expect(seriesNames([{ __name__: 'up', job: 'web' }])).toEqual(['up job=web']);
  const both = ['web', 'db'].map((process) => ({ __name__: 'up', job: 'monitor', process }));
  expect(seriesNames(both)).toEqual(['process=web', 'process=db']);
});
