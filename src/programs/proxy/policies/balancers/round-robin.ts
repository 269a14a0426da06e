import type { Balancer } from './balancer.ts';
import { Schedule } from './schedule.ts';

/** One after the other, those of more weight more often, and never in a row when it can be avoided. */
export class RoundRobin implements Balancer {
  readonly #weights: readonly number[];
  readonly #schedule: Schedule;

  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#schedule = new Schedule(weights.length);
  }

  pick(candidates: readonly number[]): number {
    const endpoint = this.#schedule.first(candidates);
    this.#schedule.chosen(endpoint, this.#weights[endpoint] as number);
    return endpoint;
  }
}
