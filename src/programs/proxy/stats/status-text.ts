import type { ClusterState } from './proxy-stats.ts';

/** What keeps requests from endpoints now: `1 of 3 endpoints of web ejected`. Empty: nothing. */
export const statusText = (clusters: ReadonlyMap<string, ClusterState>): string =>
  [...clusters.values()].flatMap(clusterTexts).join('; ');

const clusterTexts = ({ options, outlier, breaker }: ClusterState): readonly string[] => {
  const { label, endpoints } = options;
  const ejected = outlier?.ejected ?? 0;
  return [
    ...(ejected === 0 ? [] : [`${ejected} of ${endpoints.length} endpoints of ${label} ejected`]),
    ...(breaker?.state === 'open' ? [`circuit breaker of ${label} open`] : []),
  ];
};
