import type { WeightedCluster } from '../../programs/proxy/options.ts';

/** The part of all requests that goes to a cluster: from `from` (inclusive) to `to` (exclusive) of `of`. */
export interface Share {
  readonly cluster: string;
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** Clusters that get something, in their order. */
export const sharesOf = (to: readonly WeightedCluster[]): readonly Share[] => {
  const of = to.reduce((sum, { weight }) => sum + weight, 0);
  const shares: Share[] = [];
  let from = 0;
  for (const { cluster, weight } of to.filter((each) => each.weight > 0)) {
    shares.push({ cluster, from, to: from + weight, of });
    from += weight;
  }
  return shares;
};
