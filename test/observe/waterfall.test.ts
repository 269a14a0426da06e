import fc from 'fast-check';
import { expect, it } from 'vitest';
import { severityText, spanDuration, valueText } from '../../src/observe/trace-text.ts';
import { cellsOf, placeSpans } from '../../src/observe/waterfall.ts';

it('spans lie within the time of their trace, also where a clock is behind', () => {
  const places = placeSpans([
    { startTime: 100, duration: 50 },
    { startTime: 90, duration: 20 },
    { startTime: 140, duration: 50 },
  ]);
  expect(places).toEqual([
    { start: 0.1, length: 0.5 },
    { start: 0, length: 0.2 },
    { start: 0.5, length: 0.5 },
  ]);
});

it('a trace that took no time is as wide as any other', () => {
  expect(placeSpans([{ startTime: 5, duration: 0 }])).toEqual([{ start: 0, length: 1 }]);
  expect(placeSpans([])).toEqual([]);
});

it('the bar of a span has at least one cell, and never leaves its row', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(part, part, fc.integer({ min: 1, max: 200 }), (start, rest, width) => {
      const { before, size } = cellsOf({ start, length: (1 - start) * rest }, width);
      expect(size).toBeGreaterThanOrEqual(1);
      expect(before).toBeGreaterThanOrEqual(0);
      expect(before + size).toBeLessThanOrEqual(width);
    }),
  );
  expect(cellsOf({ start: 0.5, length: 0.25 }, 40)).toEqual({ before: 20, size: 10 });
});

it.each([
  [0.0004, '0 µs'],
  [0.004, '4 µs'],
  [0.52, '0.52 ms'],
  [9.996, '10.0 ms'],
  [12.34, '12.3 ms'],
  [250, '250 ms'],
  [1_240, '1.24 s'],
  [59_960, '1m 00s'],
  [125_400, '2m 05s'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(spanDuration(ms)).toBe(text);
});

it('values are one line, and severities have a name', () => {
  expect([valueText('a'), valueText(7), valueText(['a', null]), valueText({ a: true })]).toEqual([
    ...['a', '7', '["a",null]', '{"a":true}'],
  ]);
  expect([severityText(9, ''), severityText(17, 'err'), severityText(0, '')]).toEqual(['INFO', 'ERR', '']);
});
