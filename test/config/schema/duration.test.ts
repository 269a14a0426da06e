import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/config/schema/duration.ts';

describe('a duration', () => {
  it.each([
    [0, 0],
    [250, 250],
    ['0s', 0],
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%j is %d ms', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  it.each([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    '10',
    '10 s',
    '-1s',
    's',
    '1d',
    '1.s',
    '10S',
    '1s1ms',
  ])('%o is none', (written) => {
    expect(parseDuration(written)).toBeNull();
  });
});
