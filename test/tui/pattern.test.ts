import { expect, test } from 'vitest';
import {
  ERROR_LINE,
  isGivenUp,
  lookInTime,
  matches,
  matchesText,
  parsePattern,
  rangesOf,
} from '../../src/tui/log/pattern.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const speaksOfAnError = (line: string) => matches(ERROR_LINE, Buffer.from(line));

test.each([
  'TypeError: x is not a function',
  '2026-11-20 ERROR could not connect',
  'Error: it broke.',
  'panic: runtime error',
  'Traceback (most recent call last):',
  'java.lang.NullPointerException: null',
  '✖ 2 problems',
])('%s speaks of an error', (line) => expect(speaksOfAnError(line)).toBe(true));

test.each([
  'shipping access.log and error.log',
  'listening on 3000',
  'built in 2 s, 0 errors',
  'terrors of the night',
])('%s does not', (line) => expect(speaksOfAnError(line)).toBe(false));

test('a regular expression that never comes to an end is given up, and matches nothing any more', () => {
  const parsed = parsePattern('/^(a|aa)+$/');
  if (!parsed.ok) throw new Error(parsed.message);
  const { pattern } = parsed;
  const line = `${'a'.repeat(80)}b`;
  expect(rangesOf(pattern, 'aaa')).toEqual([[0, 3]]);
  expect(lookInTime(pattern, () => matchesText(pattern, line), false)).toBe(false);
  expect(isGivenUp(pattern)).toBe(true);
  expect(rangesOf(pattern, 'aaa')).toEqual([]);
});

test('the log says of a search and a filter that they take too long', () => {
  const pure = new PureDashboard(new FakePod());
  pure.pod.write('shop', `${'a'.repeat(80)}b\n`);
  pure.press('tab', '/').type('/^(a|aa)+$/');
  expect(pure.text).toContain('/^(a|aa)+$/ takes too long on some line');
  expect(pure.press('enter').text).toContain('find /^(a|aa)+$/ -/0, which takes too long');
});
