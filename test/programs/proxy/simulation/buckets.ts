import fc from 'fast-check';
import type { RateLimitOptions } from '../../../../src/programs/proxy/options.ts';
import { RateLimit } from '../../../../src/programs/proxy/policies/rate-limit.ts';
import { expectThat } from './books.ts';
import { INVARIANTS } from './invariants.ts';

export interface Takes {
  readonly options: RateLimitOptions;
  readonly takes: readonly { readonly passes: number; readonly key: string }[];
}

/** Fewer than keys, so that some have no bucket of their own. */
const ROOM = 3;

export const randomTakes: fc.Arbitrary<Takes> = fc.record({
  options: fc.record({
    requests: fc.constantFrom(1, 7, 1_000),
    unit: fc.constantFrom('Second' as const, 'Minute' as const),
    burst: fc.constantFrom(1, 2, 5),
    by: fc.constantFrom('all' as const, 'clientIp' as const),
  }),
  takes: fc.array(
    fc.record({
      passes: fc.constantFrom(0, 0, 0, 1, 100, 1_000, 10_000),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    }),
    { maxLength: 60, size: 'max' },
  ),
});

/** Whatever the keys: no key gets more in any time than its burst and its rate. */
export const takeFromBuckets = ({ options, takes }: Takes): number => {
  const limit = new RateLimit(options, 0, ROOM);
  const rate = options.requests / (options.unit === 'Second' ? 1_000 : 60_000);
  const given = new Map<string, number[]>();
  let now = 0;
  for (const { passes, key } of takes) {
    now += passes;
    if (!limit.bucketFor(key, now).take(now)) continue;
    const who = options.by === 'all' ? 'all' : key;
    const times = [...(given.get(who) ?? []), now];
    given.set(who, times);
    for (const [index, since] of times.entries()) {
      const most = options.burst + rate * (now - since);
      const count = times.length - index;
      expectThat(count <= most + 1e-6, INVARIANTS.bucket, `${count} of ${most} since ${since} at ${now}`);
    }
  }
  return takes.length;
};
