import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSpanId, newTraceId } from '../../../../src/programs/proxy/routing/ids.ts';
import {
  isInShare,
  readTraceparent,
  traceparentOf,
} from '../../../../src/programs/proxy/tracing/trace-context.ts';
import { WallClock } from '../../../../src/programs/proxy/tracing/wall-clock.ts';

const [trace, span] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

describe('a traceparent', () => {
  it('is read back as it was written', () => {
    for (const isSampled of [true, false])
      expect(readTraceparent(traceparentOf(trace, span, isSampled))).toEqual({
        ...{ traceId: trace, parentId: span, isSampled },
      });
  });

  it('of a later version may have more behind it, and other flags do not matter', () => {
    expect(readTraceparent(`cc-${trace}-${span}-03-what`)).toMatchObject({ isSampled: true });
    expect(readTraceparent(`00-${trace}-${span}-02`)).toMatchObject({ isSampled: false });
  });

  it.each([
    null,
    '',
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
  ])('that cannot be read begins a new trace: %s', (value) => {
    expect(readTraceparent(value)).toBe(null);
  });
});

describe('the share of the traces that are recorded', () => {
  it('is none at 0 and all at 100', () => {
    expect(isInShare('0'.repeat(32), 0)).toBe(false);
    expect(isInShare('f'.repeat(32), 100)).toBe(true);
  });

  it('is as large as asked for, and a larger share has the traces of a smaller one', () => {
    const ids = Array.from({ length: 4_000 }, newTraceId);
    const share = ids.filter((id) => isInShare(id, 25));
    // Further away than 4 standard deviations in 1 of 16,000 runs.
    expect(Math.abs(share.length - 1_000)).toBeLessThan(4 * Math.sqrt(4_000 * 0.25 * 0.75));
    expect(share.every((id) => isInShare(id, 30))).toBe(true);
  });
});

it('ids have the right size and differ', () => {
  const ids = Array.from({ length: 1_000 }, newSpanId);
  expect(ids.every((id) => /^[\da-f]{16}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(1_000);
});

describe('the time of day of a span', () => {
  it('is never before one that was read earlier, although Date.now() is rounded down', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 2 }), (steps) => {
        const clock = new WallClock();
        let steady = 1_000.25;
        let last = 0;
        for (const step of steps) {
          steady += step;
          clock.read(Math.floor(1_700_000_000_000 + steady), steady);
          const at = clock.at(steady);
          expect(at).toBeGreaterThanOrEqual(last);
          expect(Math.abs(at - (1_700_000_000_000 + steady))).toBeLessThan(1);
          last = at;
        }
      }),
    );
  });

  it('follows a wall clock that is set back, or forward', () => {
    const clock = new WallClock();
    clock.read(10_000, 0);
    clock.read(4_000, 10);
    expect(clock.at(10)).toBe(4_000);
    clock.read(60_000, 20);
    expect(clock.at(20)).toBe(60_000);
  });
});
