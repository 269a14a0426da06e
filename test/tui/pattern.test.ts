import { expect, test } from 'vitest';
import { ERROR_LINE, matches } from '../../src/tui/log/pattern.ts';

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
