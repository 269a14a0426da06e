import { type Active, type Balancer, haveSameWeight } from './balancer.ts';
import { Schedule } from './schedule.ts';

/**
 * As Envoy's (source/extensions/load_balancing_policies/least_request/least_request_lb.cc): of two that are drawn at random the one
 * with fewer requests under way, the first at a tie. By unequal weights it is a round robin by weight / (requests + 1).
 */
export class LeastRequest implements Balancer {
  readonly #weights: readonly number[];
  readonly #active: Active;
  readonly #schedule: Schedule | null;

  constructor(weights: readonly number[], active: Active) {
    this.#weights = weights;
    this.#active = active;
    this.#schedule = haveSameWeight(weights) ? null : new Schedule(weights.length);
  }

  pick(candidates: readonly number[], random: number): number {
    return this.#schedule === null
      ? this.#pickOfTwo(candidates, random)
      : this.#pickScheduled(this.#schedule, candidates);
  }

  /** One random number gives both: what is left of it after the first draw is as random. */
  #pickOfTwo(candidates: readonly number[], random: number): number {
    const drawn = random * candidates.length;
    const index = Math.floor(drawn);
    const one = candidates[index] as number;
    const other = candidates[Math.floor((drawn - index) * candidates.length)] as number;
    return (this.#active[other] as number) < (this.#active[one] as number) ? other : one;
  }

  #pickScheduled(schedule: Schedule, candidates: readonly number[]): number {
    const endpoint = schedule.first(candidates);
    schedule.chosen(endpoint, (this.#weights[endpoint] as number) / ((this.#active[endpoint] as number) + 1));
    return endpoint;
  }
}
