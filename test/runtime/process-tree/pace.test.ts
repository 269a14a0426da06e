import { expect, test } from 'vitest';
import { Pace } from '../../../src/runtime/process-tree/pace.ts';

test('a sweep looks ever less often at what does not go, and often again once it has found more', () => {
  const pace = new Pace();
  const waiting = Array.from({ length: 8 }, () => pace.after({ fresh: 0, dying: 1 }));
  expect(waiting).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
  expect([pace.after({ fresh: 1, dying: 1 }), pace.after({ fresh: 0, dying: 1 })]).toEqual([1, 2]);
});
