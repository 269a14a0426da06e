import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limit } from '../../../src/programs/monitor/limits/limit.ts';
import { LimitWatch } from '../../../src/programs/monitor/limits/limit-watch.ts';
import { LimitWatches } from '../../../src/programs/monitor/limits/limit-watches.ts';

const LIMIT: Limit = { process: 'web', resource: 'memory', most: 100, for: 2_000, action: 'warn' };

const using = (memory: number, launch = 1) => ({ memory, cpu: 0, launch });

/** What a watch says to samples a second apart: null for nothing, else for how long it has been above. */
const told = (limit: Limit, samples: ReadonlyArray<ReturnType<typeof using> | null>) => {
  const watch = new LimitWatch(limit);
  return samples.map((sample, second) => watch.take(sample, second * 1_000)?.lasted ?? null);
};

describe('a limit', () => {
  test('counts once a process has been above it for its time without a break', () => {
    const samples = [101, 101, 100, 101, 101, 101].map((memory) => using(memory));
    expect(told(LIMIT, samples)).toEqual([null, null, null, null, null, 2_000]);
  });

  test('counts at once without a time', () => {
    expect(told({ ...LIMIT, for: 0 }, [using(100), using(101)])).toEqual([null, 0]);
  });

  test('of CPU is about cores', () => {
    const cpu = { ...LIMIT, resource: 'cpu', most: 1.5, for: 0 } as const;
    expect(told(cpu, [{ memory: 1_000, cpu: 1.5, launch: 1 }])).toEqual([null]);
    expect(told(cpu, [{ memory: 0, cpu: 1.6, launch: 1 }])).toEqual([0]);
  });

  test('begins anew with another launch, and when nothing runs', () => {
    expect(told(LIMIT, [using(101), using(101), using(101, 2), using(101, 2)])).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(told(LIMIT, [using(101), null, using(101), using(101)])).toEqual([null, null, null, null]);
  });

  test('is warned of once while a process stays above it', () => {
    const samples = Array.from({ length: 200 }, () => using(101));
    expect(told(LIMIT, samples).filter((lasted) => lasted !== null)).toEqual([2_000]);
  });

  test('is warned of once a minute at most, however a process swings around it', () => {
    const samples = Array.from({ length: 120 }, (_, second) => using(second % 2 === 0 ? 101 : 99));
    expect(told({ ...LIMIT, for: 0 }, samples).filter((lasted) => lasted !== null)).toHaveLength(2);
  });

  test('restarts a process that a restart does not help every ten seconds at most', () => {
    const samples = Array.from({ length: 31 }, (_, second) => using(101, Math.floor(second / 5)));
    expect(
      told({ ...LIMIT, for: 0, action: 'restart' }, samples).flatMap((x, at) => (x === null ? [] : at)),
    ).toEqual([0, 10, 20, 30]);
  });
});

test('nothing happens below a limit, nor sooner than its time, whatever a process does', () => {
  const sample = fc.option(
    fc.record({ memory: fc.integer({ min: 0, max: 200 }), launch: fc.integer({ max: 3 }) }),
  );
  const steps = fc.array(fc.record({ sample, pause: fc.integer({ min: 1, max: 5_000 }) }), {
    maxLength: 100,
  });
  const action = fc.constantFrom('warn', 'restart', 'end');
  fc.assert(
    fc.property(steps, action, fc.integer({ min: 0, max: 20_000 }), (all, does, lasting) => {
      const watch = new LimitWatch({ ...LIMIT, action: does as 'warn', for: lasting });
      let at = 0;
      let aboveSince: number | null = null;
      let launch = 0;
      let last = Number.NEGATIVE_INFINITY;
      for (const { sample: next, pause } of all) {
        at += pause;
        if (next === null || next.memory <= 100) aboveSince = null;
        else if (aboveSince === null || next.launch !== launch) aboveSince = at;
        launch = next?.launch ?? launch;
        const breach = watch.take(next === null ? null : { ...next, cpu: 0 }, at);
        if (breach === null) continue;
        expect(aboveSince).not.toBeNull();
        expect(breach.lasted).toBe(at - (aboveSince ?? 0));
        expect(breach.lasted).toBeGreaterThanOrEqual(lasting);
        expect(at - last).toBeGreaterThanOrEqual(does === 'warn' ? 60_000 : 10_000);
        last = at;
      }
    }),
  );
});

test('limits that a reload leaves as they are go on, and others begin', () => {
  const watches = new LimitWatches();
  const other: Limit = { ...LIMIT, process: 'db' };
  const measured = new Map([
    ['web', using(101)],
    ['db', using(101)],
  ]);
  watches.setLimits([LIMIT]);
  expect(watches.take(measured, 0)).toEqual([]);
  watches.setLimits([other, { ...LIMIT }]);
  expect(watches.take(measured, 2_000)).toMatchObject([{ limit: LIMIT, used: 101, lasted: 2_000 }]);
  expect(watches.above).toEqual([other, LIMIT]);
});
