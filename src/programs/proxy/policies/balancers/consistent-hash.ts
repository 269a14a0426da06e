import type { EndpointOptions } from '../../options.ts';
import { anyOf, type Balancer } from './balancer.ts';
import { hashOf } from './hash.ts';

/** Places on the ring: Envoy's `minimum_ring_size`, and at least so many for an endpoint of the least weight. */
const PLACES = 1_024;
const PLACES_OF_ONE = 100;

/**
 * A ring of all endpoints, there or not: a key goes to the first endpoint after it that may be chosen. So the keys of an endpoint
 * that leaves go to others, come back with it, and no other key moves.
 */
export class ConsistentHash implements Balancer {
  /** Hashes in order, and whose each of them is. */
  readonly #hashes: Uint32Array;
  readonly #owners: Uint32Array;

  constructor(endpoints: readonly EndpointOptions[]) {
    const places = endpoints.flatMap((endpoint, index) => placesOf(endpoint, index, endpoints));
    places.sort((one, other) => one.hash - other.hash || one.owner - other.owner);
    this.#hashes = Uint32Array.from(places, ({ hash }) => hash);
    this.#owners = Uint32Array.from(places, ({ owner }) => owner);
  }

  pick(candidates: readonly number[], random: number, key: string | null): number {
    // Envoy's: what has no key goes anywhere.
    if (key === null) return anyOf(candidates, random);
    const first = this.#placeAfter(hashOf(key));
    const size = this.#owners.length;
    for (let step = 0; step < size; step += 1) {
      const owner = this.#owners[(first + step) % size] as number;
      if (candidates.includes(owner)) return owner;
    }
    return anyOf(candidates, random);
  }

  #placeAfter(hash: number): number {
    let from = 0;
    let to = this.#hashes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#hashes[middle] as number) < hash) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

interface Place {
  readonly hash: number;
  readonly owner: number;
}

const placesOf = (
  { address, weight }: EndpointOptions,
  owner: number,
  endpoints: readonly EndpointOptions[],
): readonly Place[] => {
  const weights = endpoints.map((endpoint) => endpoint.weight).filter((one) => one > 0);
  const sum = weights.reduce((one, other) => one + other, 0);
  const forWeightOne = Math.max(PLACES / sum, PLACES_OF_ONE / Math.min(...weights));
  return Array.from({ length: Math.round(weight * forWeightOne) }, (_, place) => ({
    hash: hashOf(`${address}_${place}`),
    owner,
  }));
};
