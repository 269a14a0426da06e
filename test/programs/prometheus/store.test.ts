import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { matcherOf } from '../../../src/programs/prometheus/query/matcher-of.ts';
import { Chunk } from '../../../src/programs/prometheus/store/chunk.ts';
import { NAME } from '../../../src/programs/prometheus/store/labels.ts';
import { Series } from '../../../src/programs/prometheus/store/series.ts';
import { Store } from '../../../src/programs/prometheus/store/store.ts';

const valueArbitrary = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 50, 2 ** 53, null),
);
const samplesArbitrary = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e9 }), valueArbitrary), {
  maxLength: 600,
});

test('samples come out as they went in, whatever they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 2e12 }), samplesArbitrary, (start, steps) => {
      const series = new Series(new Map(), '');
      let time = start;
      const written = steps.map(([step, value]) => {
        time += step;
        expect(series.append(time, value)).toBe(true);
        return [time, value] as const;
      });
      const read = series.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      const found = Array.from({ length: read.length }, (_, at) => [
        read.times[at],
        read.isStale[at] === 1 ? null : read.values[at],
      ]);
      expect(found).toEqual(written);
    }),
    { numRuns: 200 },
  );
});

describe('a series', () => {
  const series = (): Series => {
    const made = new Series(new Map(), '');
    for (let at = 0; at < 1000; at += 1) made.append(at * 1000, at);
    return made;
  };

  it('refuses a sample that is not newer', () => {
    const made = series();
    expect([made.append(999_000, 1), made.append(998_000, 1), made.append(999_001, 1)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('has the samples of a time span, both ends included', () => {
    const { times, length } = series().between(100_000, 102_500);
    expect([...times.subarray(0, length)]).toEqual([100_000, 101_000, 102_000]);
    expect(series().between(2e6, 3e6).length).toBe(0);
  });

  it('drops what is old, a chunk at a time', () => {
    const made = series();
    made.dropBefore(500_000);
    const { times } = made.between(0, 1e9);
    expect(times[0]).toBe(480_000);
    made.dropBefore(1e9);
    expect(made.isEmpty).toBe(true);
  });

  it('knows that it has ended, and goes on', () => {
    const made = series();
    made.append(1e6, null);
    expect(made.isStale).toBe(true);
    made.append(1e6 + 1, 1);
    expect(made.isStale).toBe(false);
  });
});

test('samples take few bytes', () => {
  const perSample = (next: (at: number) => number): number => {
    const chunk = new Chunk(0);
    for (let at = 0; !chunk.isFull; at += 1) chunk.add(1.8e12 + at * 5000 + (at % 3), next(at));
    chunk.seal();
    return chunk.bytes / chunk.count;
  };
  expect(perSample(() => 17)).toBeLessThan(2.1);
  expect(perSample((at) => at * 50)).toBeLessThan(2.2);
  expect(perSample((at) => at * 4096 * 50)).toBeLessThan(4.1);
  expect(perSample((at) => Math.sin(at))).toBeLessThan(10.1);
});

describe('a store', () => {
  const named = (name: string, more: Readonly<Record<string, string>> = {}) => [
    [NAME, name] as const,
    ...Object.entries(more),
  ];

  it('has one series for the same labels, whatever their order', () => {
    const store = new Store();
    const first = store.open(named('a', { x: '1', y: '2', empty: '' }));
    expect(
      store.open([
        ['y', '2'],
        ['x', '1'],
        [NAME, 'a'],
      ]),
    ).toBe(first);
    expect(store.size).toBe(1);
  });

  it('selects by all matchers, and a label that is missing is empty', () => {
    const store = new Store();
    for (const name of ['a', 'b']) for (const x of ['1', '2']) store.open(named(name, { x }));
    store.open(named('a'));
    const count = (...matchers: readonly (readonly [string, '=' | '!=' | '=~' | '!~', string])[]): number =>
      store.select(matchers.map((each) => matcherOf(...each))).length;
    expect(count([NAME, '=', 'a'])).toBe(3);
    expect(count([NAME, '=', 'a'], ['x', '!=', '1'])).toBe(2);
    expect(count(['x', '=~', '1|2'])).toBe(4);
    expect(count(['x', '=~', '1.'])).toBe(0);
    expect(count(['x', '!~', '.+'])).toBe(1);
    expect(count([NAME, '=', 'c'])).toBe(0);
  });

  it('gives up a regular expression that takes too long', () => {
    const store = new Store();
    for (let n = 0; n < 100; n += 1) store.open(named('a', { n: String(n) }));
    const count = (mostCpu: number): number => store.select([matcherOf('n', '=~', '.+', mostCpu)]).length;
    expect(count(5_000_000)).toBe(100);
    expect(() => count(0)).toThrow("the regular expression '.+' takes too long");
  });

  it('has room for so many series, and counts the others', () => {
    const store = new Store({ series: 2, bytes: 1e6 });
    const made = ['a', 'b', 'c', 'a'].map((name) => store.open(named(name)) !== null);
    expect(made).toEqual([true, true, false, true]);
    expect(store.refused).toBe(1);
  });

  it('forgets series without samples', () => {
    const store = new Store();
    const [old, young] = [store.open(named('old')), store.open(named('young'))];
    old?.append(1, 1);
    young?.append(100, 1);
    store.sweep(50);
    expect(store.select([]).map(({ labels }) => labels.get(NAME))).toEqual(['young']);
    expect([old, young].map((series) => series !== null && store.has(series))).toEqual([false, true]);
    expect(store.select([matcherOf(NAME, '=', 'old')])).toEqual([]);
  });

  it('drops the oldest samples where there is no room, and keeps the newest', () => {
    const store = new Store({ series: 100, bytes: 100_000 });
    for (let time = 0; time < 5000; time += 1)
      for (const name of ['a', 'b', 'c']) store.open(named(name))?.append(time * 1000, Math.sin(time));
    expect(store.bytes).toBeGreaterThan(140_000);
    store.sweep(0);
    expect(store.bytes).toBeLessThanOrEqual(100_000);
    expect(store.bytes).toBeGreaterThan(50_000);
    expect(store.oldest).toBeGreaterThan(0);
    for (const series of store.select([])) expect(series.end).toBe(4_999_000);
    new Store({ series: 1, bytes: 0 }).sweep(0);
  });
});
