import type { Milliseconds } from '../../model/vocabulary.ts';

/** A number with its unit. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

const millisecondsPer: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration, or `null` if it is invalid.
 *
 * @example
 * parseDuration('1.5s') // 1500
 */
export const parseDuration = (duration: number | string): Milliseconds | null => {
  if (typeof duration === 'number') return Number.isFinite(duration) && duration >= 0 ? duration : null;
  const match = durationPattern.exec(duration);
  if (match === null) return null;
  return Math.round(Number(match[1]) * (millisecondsPer[match[2] ?? ''] ?? Number.NaN));
};
