import type { Duration } from '../../config/quantities.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';

/** Less is no more exact: the kernel counts CPU time in hundredths of a second. */
const SHORTEST_INTERVAL = 250;

export const intervalProblems = (
  interval: Duration | undefined,
  path: FieldPath,
): readonly ConfigProblem[] =>
  interval !== undefined && (parseDuration(interval) ?? 0) < SHORTEST_INTERVAL
    ? [{ kind: 'invalid', path, found: interval, expected: 'interval' }]
    : [];
