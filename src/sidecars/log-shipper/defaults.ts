import { parseDuration } from '../../config/schema/duration.ts';

/** What options are when they are left out. Times are milliseconds, sizes bytes. */
export const DEFAULTS = {
  include: ['**/*.log'],
  rotateWait: 5_000,
  maxLineBytes: 1024 * 1024,
  multilineTimeout: 1_000,
  maxBytes: 1024 * 1024,
  maxEvents: 10_000,
  batchTimeout: 1_000,
  requestTimeout: 10_000,
  initialBackoff: 500,
  maxBackoff: 30_000,
  drain: 5_000,
} as const;

/** Milliseconds of a duration of the right shape. */
export const timeOf = (duration: number | string): number => parseDuration(duration) ?? 0;
