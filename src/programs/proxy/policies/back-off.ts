import type { RetryOptions } from '../options.ts';

/**
 * Milliseconds before retry number `retry` (from 1 on). `exponential` is Envoy's full jitter: anything from 0 to an interval that
 * doubles from `baseInterval` to `maxInterval` (`JitteredExponentialBackOffStrategy` in
 * source/common/common/backoff_strategy.cc). `constant` is Dapr's: the same each time.
 *
 * @example
 * backOffFor({ baseInterval: 25, maxInterval: 250, policy: 'exponential' }, 3, 0.5); // 50
 */
export const backOffFor = (
  { baseInterval, maxInterval, policy }: RetryOptions['backOff'],
  retry: number,
  random: number,
): number => {
  if (policy === 'constant') return baseInterval;
  return random * Math.min(baseInterval * 2 ** (retry - 1), maxInterval);
};
