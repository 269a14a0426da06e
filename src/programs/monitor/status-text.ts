import type { Limit } from './limits/limit.ts';

/** Which limits processes are above: `web above its limit of memory`. Empty: none. */
export const statusText = (above: readonly Limit[]): string =>
  above.map(({ process, resource }) => `${process} above its limit of ${resource}`).join(', ');
