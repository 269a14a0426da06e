import type { RetryOptions } from '../options.ts';

/**
 * The delay after so many failures in a row, with full jitter: all delays up to a limit that doubles are as likely.
 * `null`: it has failed as often as it may. `random` is from 0 to 1.
 */
export const delayAfter = (failures: number, retry: RetryOptions, random: number): number | null => {
  const { backoff, maxBackoff, attempts } = retry;
  if (attempts !== null && failures >= attempts) return null;
  return random * Math.min(maxBackoff, backoff * 2 ** (failures - 1));
};
