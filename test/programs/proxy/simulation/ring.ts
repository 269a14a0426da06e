import fc from 'fast-check';
import { ConsistentHash } from '../../../../src/programs/proxy/policies/balancers/consistent-hash.ts';
import { urls } from '../policies/support.ts';
import { expectThat } from './books.ts';
import { INVARIANTS } from './invariants.ts';

export interface Changes {
  readonly weights: readonly number[];
  readonly keys: readonly string[];
  /** Who leaves, or comes back if it has left. */
  readonly changes: readonly number[];
}

export const randomChanges: fc.Arbitrary<Changes> = fc.record({
  weights: fc.array(fc.constantFrom(1, 1, 2, 5), { minLength: 1, maxLength: 6 }),
  keys: fc.array(fc.string(), { maxLength: 20 }),
  changes: fc.array(fc.nat({ max: 5 }), { maxLength: 12 }),
});

/** A key moves only off an endpoint that leaves, and onto one that comes back. */
export const changeTheRing = ({ weights, keys, changes }: Changes): number => {
  const ring = new ConsistentHash(urls(...weights));
  let there = weights.map((_, endpoint) => endpoint);
  let places = keys.map((key) => ring.pick(there, 0, key));
  for (const change of changes) {
    const endpoint = change % weights.length;
    const isThere = there.includes(endpoint);
    const next = isThere ? there.filter((other) => other !== endpoint) : [...there, endpoint];
    if (next.length === 0) continue;
    const after = keys.map((key) => ring.pick(next, 0, key));
    for (const [index, place] of places.entries()) {
      const stays = after[index] === place;
      const mayMove = isThere ? place === endpoint : after[index] === endpoint;
      expectThat(stays || mayMove, INVARIANTS.ring, `${keys[index]} from ${place} to ${after[index]}`);
    }
    [there, places] = [next, after];
  }
  return changes.length * keys.length;
};
