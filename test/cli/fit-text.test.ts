import { expect, test } from 'vitest';
import { cut, wrapHanging, wrapWords } from '../../src/cli/fit-text.ts';

test('text that is too wide is cut with a sign', () => {
  expect([cut('redis', 5), cut('redis', 4), cut('redis', 1)]).toEqual(['redis', 'red…', '…']);
});

test('text is wrapped between words', () => {
  expect(wrapWords('exited with code 1; restart 4 in 8s', 16)).toEqual([
    'exited with code',
    '1; restart 4 in',
    '8s',
  ]);
});

test('a word that is wider than the screen stays whole', () => {
  expect(wrapWords('its output is in /shop/.sidecarctl/logs/web.log', 16)).toEqual([
    'its output is in',
    '/shop/.sidecarctl/logs/web.log',
  ]);
});

test('all rows but the first are indented if that is asked for', () => {
  expect(wrapHanging('10:00  web exited with code 1 and more', 17, 7)).toEqual([
    '10:00  web exited',
    '       with code',
    '       1 and more',
  ]);
});
