import { expect, test } from 'vitest';
import type { RateLimitOptions } from '../../../../src/programs/proxy/options.ts';
import { RateLimit } from '../../../../src/programs/proxy/policies/rate-limit.ts';

const options = (changes: Partial<RateLimitOptions> = {}): RateLimitOptions => ({
  requests: 10,
  unit: 'Second',
  burst: 2,
  by: 'all',
  ...changes,
});

const taken = (limit: RateLimit, key: string | null, times: readonly number[]): readonly boolean[] =>
  times.map((now) => limit.bucketFor(key, now).take(now));

test('a burst is let through, and then one request for each part of the unit', () => {
  const limit = new RateLimit(options(), 0);
  expect(taken(limit, null, [0, 0, 0, 99, 100, 101])).toEqual([true, true, false, false, true, false]);
});

test('a bucket that nobody takes from holds no more than the burst', () => {
  const limit = new RateLimit(options(), 0);
  expect(taken(limit, null, [60_000, 60_000, 60_000])).toEqual([true, true, false]);
});

test('units are seconds, minutes and hours', () => {
  const timeOfNext = (unit: RateLimitOptions['unit']) => {
    const bucket = new RateLimit(options({ unit, burst: 1 }), 0).bucketFor(null, 0);
    bucket.take(0);
    return bucket.secondsToNext(0);
  };
  expect((['Second', 'Minute', 'Hour'] as const).map(timeOfNext)).toEqual([1, 6, 360]);
});

test('its numbers are whole: tokens that are left, seconds to the next one, seconds until it is full', () => {
  const limit = new RateLimit(options({ requests: 1, burst: 3 }), 0);
  const bucket = limit.bucketFor(null, 0);
  for (let number = 0; number < 3; number += 1) bucket.take(0);
  expect(limit.limit).toBe(3);
  expect([bucket.remaining(500), bucket.secondsToNext(500), bucket.secondsToFull(500)]).toEqual([0, 1, 3]);
  expect([bucket.remaining(2_500), bucket.secondsToNext(2_500), bucket.secondsToFull(2_500)]).toEqual([
    2, 0, 1,
  ]);
});

test('each client has a bucket, and those without the header have one together', () => {
  const limit = new RateLimit(options({ burst: 1, by: { header: 'x-tenant' } }), 0);
  expect(taken(limit, 'a', [0, 0])).toEqual([true, false]);
  expect(taken(limit, 'b', [0, 0])).toEqual([true, false]);
  expect(taken(limit, null, [0, 0])).toEqual([true, false]);
});

test('by all there is one bucket, whatever the key', () => {
  const limit = new RateLimit(options({ burst: 1 }), 0);
  expect([...taken(limit, 'a', [0]), ...taken(limit, 'b', [0])]).toEqual([true, false]);
});

test('when there are too many keys the new ones share a bucket, and those in use keep theirs', () => {
  const limit = new RateLimit(options({ burst: 1, by: 'clientIp' }), 0, 2);
  expect([...taken(limit, 'a', [0]), ...taken(limit, 'b', [0])]).toEqual([true, true]);
  expect([...taken(limit, 'c', [0]), ...taken(limit, 'd', [0])]).toEqual([true, false]);
  expect(taken(limit, 'a', [0])).toEqual([false]);
  expect(limit.buckets).toBe(2);
});

test('buckets that are full again make room', () => {
  const limit = new RateLimit(options({ burst: 1, by: 'clientIp' }), 0, 2);
  taken(limit, 'a', [0]);
  taken(limit, 'b', [1_000]);
  taken(limit, 'c', [1_000]);
  expect(taken(limit, 'b', [1_000])).toEqual([false]);
  expect(limit.buckets).toBe(2);
});

test('who gets a bucket when there is room again does not get another burst with it', () => {
  const limit = new RateLimit(options({ requests: 1, burst: 2, by: 'clientIp' }), 0, 1);
  taken(limit, 'a', [0]);
  expect(taken(limit, 'b', [0, 0])).toEqual([true, true]);
  expect(taken(limit, 'b', [1_000, 1_000])).toEqual([true, false]);
});
