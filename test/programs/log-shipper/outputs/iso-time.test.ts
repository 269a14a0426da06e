import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../../../src/programs/log-shipper/outputs/iso-time.ts';

test('times are written as a Date writes them, one after the other', () => {
  const near = fc.tuple(
    fc.integer({ min: -4e12, max: 4e12 }),
    fc.array(fc.integer({ min: -2_000, max: 2_000 })),
  );
  fc.assert(
    fc.property(near, ([first, steps]) => {
      for (const time of [first, ...steps.map((step) => first + step)])
        expect([isoTime(time), isoTime(time + 0.9)]).toEqual(Array(2).fill(new Date(time).toISOString()));
    }),
  );
  for (const time of [8.64e15, -8.64e15]) expect(isoTime(time)).toBe(new Date(time).toISOString());
  for (const time of [8.64e15 + 1, Number.NaN, Number.NEGATIVE_INFINITY])
    expect(isoTime(time)).toBe('1970-01-01T00:00:00.000Z');
});
