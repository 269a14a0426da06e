import type { ClusterOptions, PassiveHealthOptions } from '../../programs/proxy/options.ts';

/** The passive health check of a cluster if it can ever take an endpoint out: a tenth of two endpoints is none. */
export const effectivePassive = ({ passive, endpoints }: ClusterOptions): PassiveHealthOptions | null => {
  if (passive === null || endpoints.length < 2) return null;
  const share = Math.floor((endpoints.length * passive.maxEjectionPercent) / 100);
  return share >= 1 || passive.alwaysEjectOneEndpoint ? passive : null;
};
