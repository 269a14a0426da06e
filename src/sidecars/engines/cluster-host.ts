import type { ClusterOptions } from '../../programs/proxy/options.ts';

/** The host that the servers of a cluster are asked for; `null`: that of the client. An engine has one for all of them. */
export const hostOf = ({ endpoints }: ClusterOptions): string | null => endpoints[0]?.host ?? null;
