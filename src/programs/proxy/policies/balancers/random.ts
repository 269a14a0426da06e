import { anyOf, type Balancer, haveSameWeight } from './balancer.ts';

/** Each with a chance in proportion to its weight. */
export class Random implements Balancer {
  readonly #weights: readonly number[];
  readonly #isEven: boolean;

  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#isEven = haveSameWeight(weights);
  }

  pick(candidates: readonly number[], random: number): number {
    return this.#isEven ? anyOf(candidates, random) : this.#pickByWeight(candidates, random);
  }

  #pickByWeight(candidates: readonly number[], random: number): number {
    let rest = 0;
    for (const endpoint of candidates) rest += this.#weights[endpoint] as number;
    rest *= random;
    for (const endpoint of candidates) {
      rest -= this.#weights[endpoint] as number;
      if (rest < 0) return endpoint;
    }
    return candidates.at(-1) as number;
  }
}
