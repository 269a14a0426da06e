/**
 * Chooses among the endpoints that may be chosen now, given by index and never none. It keeps what it knows of the others, so that
 * endpoints that come and go do not disturb them.
 */
export interface Balancer {
  /**
   * @param random from 0 to 1, without 1
   * @param key what requests that belong together have in common; `null`: nothing
   */
  pick(candidates: readonly number[], random: number, key: string | null): number;
}

/** Counts of attempts under way, by endpoint. */
export type Active = readonly number[];

export const haveSameWeight = (weights: readonly number[]): boolean =>
  weights.every((weight) => weight === weights[0]);

export const anyOf = (candidates: readonly number[], random: number): number =>
  candidates[Math.floor(random * candidates.length)] as number;
