import type { RouteOptions, WeightedCluster } from '../options.ts';
import { type ChangeHeaders, compileChanges } from './change-headers.ts';
import { type Cors, compileCors } from './cors.ts';

/** A route with what has been compiled of it. */
export interface Route {
  readonly options: RouteOptions;
  /**
   * The cluster of a request, by a random number from 0 to just below 1. `null`: every weight is 0, or the route is a
   * redirect.
   */
  readonly pickCluster: (random: number) => string | null;
  readonly changeRequest: ChangeHeaders;
  readonly changeResponse: ChangeHeaders;
  readonly cors: Cors | null;
}

export const compileRoute = (options: RouteOptions): Route => ({
  options,
  pickCluster: compileWeights(options.to),
  changeRequest: compileChanges(options.requestHeaders),
  changeResponse: compileChanges(options.responseHeaders),
  cors: options.cors === null ? null : compileCors(options.cors),
});

const compileWeights = (to: readonly WeightedCluster[]): Route['pickCluster'] => {
  const weighted = to.filter(({ weight }) => weight > 0);
  const last = weighted.at(-1)?.cluster ?? null;
  if (weighted.length < 2) return () => last;
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  return (random) => {
    let left = random * sum;
    for (const { cluster, weight } of weighted) {
      left -= weight;
      if (left < 0) return cluster;
    }
    return last;
  };
};
