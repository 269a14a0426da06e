import { describe, expect, test } from 'vitest';
import type { Balancer } from '../../../../src/programs/proxy/policies/balancers/balancer.ts';
import { ConsistentHash } from '../../../../src/programs/proxy/policies/balancers/consistent-hash.ts';
import { LeastRequest } from '../../../../src/programs/proxy/policies/balancers/least-request.ts';
import { Random } from '../../../../src/programs/proxy/policies/balancers/random.ts';
import { RoundRobin } from '../../../../src/programs/proxy/policies/balancers/round-robin.ts';
import { urls } from './support.ts';

const picks = (balancer: Balancer, candidates: readonly number[], count: number): string =>
  Array.from({ length: count }, () => balancer.pick(candidates, 0, null)).join('');

/** Evenly spread random numbers. */
const shares = (balancer: Balancer, candidates: readonly number[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (let step = 0; step < 1_000; step += 1) {
    const endpoint = balancer.pick(candidates, step / 1_000, null);
    counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  }
  return counts;
};

describe('RoundRobin', () => {
  test('takes one after the other', () => {
    expect(picks(new RoundRobin([1, 1, 1]), [0, 1, 2], 6)).toBe('012012');
  });

  test('mixes those of more weight with the others', () => {
    expect(picks(new RoundRobin([5, 1, 1]), [0, 1, 2], 7).replace(/0/g, '')).toHaveLength(2);
    expect(picks(new RoundRobin([2, 1]), [0, 1], 6)).not.toMatch(/000|11/);
  });

  test('goes on with the rest when one leaves, and who comes back does not catch up', () => {
    const balancer = new RoundRobin([1, 1, 1]);
    picks(balancer, [0, 1, 2], 3);
    expect(picks(balancer, [0, 2], 10)).toBe('0202020202');
    expect(picks(balancer, [0, 1, 2], 6)).not.toMatch(/11/);
  });
});

describe('Random', () => {
  test('takes all as often', () => {
    expect(shares(new Random([1, 1, 1, 1]), [0, 1, 3])).toEqual({ 0: 334, 1: 333, 3: 333 });
  });

  test('takes those of more weight more often', () => {
    expect(shares(new Random([1, 2, 7]), [0, 1, 2])).toEqual({ 0: 100, 1: 200, 2: 700 });
    expect(shares(new Random([1, 2, 8]), [0, 2])).toEqual({ 0: 112, 2: 888 });
  });
});

describe('LeastRequest', () => {
  test('takes the one with fewer requests of two that are drawn', () => {
    const active = [9, 0, 0, 0];
    const balancer = new LeastRequest([1, 1, 1, 1], active);
    // Drawn twice itself: one in 16.
    expect(shares(balancer, [0, 1, 2, 3])[0]).toBe(63);
    active[0] = 0;
    expect(shares(balancer, [0, 1, 2, 3])[0]).toBe(250);
  });

  test('takes by weight if they differ, and by requests under way', () => {
    const active = [0, 0];
    const balancer = new LeastRequest([3, 1], active);
    expect(picks(balancer, [0, 1], 400).replace(/1/g, '')).toHaveLength(300);
    active[0] = 2;
    // Of weight 3 with 2 requests, and of weight 1 with none.
    expect(picks(balancer, [0, 1], 400).replace(/1/g, '').length).toBeCloseTo(200, -1);
  });
});

describe('ConsistentHash', () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const balancer = new ConsistentHash(urls(1, 1, 1, 1, 1));
  const placesOf = (candidates: readonly number[]): readonly number[] =>
    keys.map((key) => balancer.pick(candidates, 0, key));
  const before = placesOf([0, 1, 2, 3, 4]);

  test('sends a key to the same endpoint each time', () => {
    expect(placesOf([0, 1, 2, 3, 4])).toEqual(before);
  });

  test('moves only the keys of an endpoint that leaves, and to all others', () => {
    const after = placesOf([0, 1, 3, 4]);
    const moved = after.filter((endpoint, index) => endpoint !== before[index]);
    expect(moved).toHaveLength(before.filter((endpoint) => endpoint === 2).length);
    expect(new Set(moved)).toEqual(new Set([0, 1, 3, 4]));
  });

  test('shares keys evenly, within a third', () => {
    for (const endpoint of [0, 1, 2, 3, 4]) {
      const share = before.filter((other) => other === endpoint).length / keys.length;
      expect(share).toBeGreaterThan(0.2 * 0.67);
      expect(share).toBeLessThan(0.2 * 1.33);
    }
  });

  test('gives more keys to those of more weight', () => {
    const uneven = new ConsistentHash(urls(1, 3));
    const share = keys.filter((key) => uneven.pick([0, 1], 0, key) === 1).length / keys.length;
    expect(share).toBeCloseTo(0.75, 1);
  });

  test('sends what has no key anywhere', () => {
    expect(shares(balancer, [0, 3])).toEqual({ 0: 500, 3: 500 });
  });
});
