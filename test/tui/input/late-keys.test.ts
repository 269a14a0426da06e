import { expect, test } from 'vitest';
import { LateKeys } from '../../../src/tui/input/late-keys.ts';

test('keys for a process that has ended are dropped until nobody has typed for half a second', () => {
  const late = new LateKeys(1_000);
  expect([1_200, 1_600, 2_099].map((at) => late.isOver(at))).toEqual([false, false, false]);
  expect(late.isOver(2_599)).toBe(true);
});

test('a key long after the last one that a process got is for the dashboard', () => {
  expect(new LateKeys(1_000).isOver(1_500)).toBe(true);
});
