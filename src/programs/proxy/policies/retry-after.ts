import type { RawHeaders } from '../http/upstream.ts';
import { headerValue } from './header-value.ts';

/** Envoy's `reset_max_interval`: a longer one is ignored. */
const LONGEST = 300_000;

/**
 * Milliseconds that a response asks to wait before another attempt, in seconds or as a date (RFC 9110, 10.2.3), with Envoy's jitter
 * of 1 to 1.5 times (`JitteredLowerBoundBackOffStrategy`), so that clients that were turned away together do not come back
 * together. `null`: it does not ask, or for more than 300 s.
 *
 * @param date the time of day, in milliseconds since 1970
 */
export const retryAfterIn = (headers: RawHeaders, random: number, date: number): number | null => {
  const value = headerValue(headers, 'retry-after');
  const asked = value === null ? null : millisecondsIn(value.trim(), date);
  return asked === null || asked > LONGEST ? null : asked * (1 + random / 2);
};

const millisecondsIn = (value: string, date: number): number | null => {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  // Every form of a date in HTTP begins with the day of the week. Node would take "1.5" for a day in January.
  const at = /^[A-Z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - date);
};
