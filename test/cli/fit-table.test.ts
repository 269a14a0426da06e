import { expect, test } from 'vitest';
import { fitTable } from '../../src/cli/fit-table.ts';

const columns = [
  { title: 'NAME', rank: 0 },
  { title: 'STATE', rank: 1 },
  { title: 'PORTS', rank: 2 },
];
const rows = [
  { cells: ['web', 'backoff', 'http=127.0.0.1:3000'], note: 'exited with code 1; restart 4 in 8s' },
  { cells: ['a-long-name', 'ready', '-'], note: '' },
];
const fitted = (width: number) => fitTable({ columns, noteTitle: 'WHY', rows }, width, (cell) => cell);

test('a table that fits has the note in its last column', () => {
  expect(fitted(Number.POSITIVE_INFINITY)).toEqual([
    'NAME         STATE    PORTS                WHY',
    'web          backoff  http=127.0.0.1:3000  exited with code 1; restart 4 in 8s',
    'a-long-name  ready    -',
  ]);
});

test('a note that does not fit has lines of its own, of whole words', () => {
  expect(fitted(41)).toEqual([
    'NAME         STATE    PORTS',
    'web          backoff  http=127.0.0.1:3000',
    '  exited with code 1; restart 4 in 8s',
    'a-long-name  ready    -',
  ]);
});

test('the widest column is cut first, with a sign', () => {
  expect(fitted(34)).toEqual([
    'NAME         STATE    PORTS',
    'web          backoff  http=127.0.…',
    '  exited with code 1; restart 4 in',
    '  8s',
    'a-long-name  ready    -',
  ]);
});

test('where the columns would say nothing, the least important is left out', () => {
  expect(fitted(20)).toEqual([
    'NAME         STATE',
    'web          backoff',
    '  exited with code',
    '  1; restart 4 in 8s',
    'a-long-name  ready',
  ]);
});

test('no line is wider than asked for, at any width', () => {
  for (let width = 12; width < 90; width += 1)
    for (const line of fitted(width)) expect(line.length, `at ${width}: ${line}`).toBeLessThanOrEqual(width);
});
