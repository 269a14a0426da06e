import type { Duration } from '../../config/quantities.ts';
import { parseDuration } from '../../config/schema/duration.ts';

/** Milliseconds of a duration of the right shape. */
export const milliseconds = (duration: Duration | undefined, byDefault: number): number =>
  duration === undefined ? byDefault : (parseDuration(duration) ?? byDefault);
