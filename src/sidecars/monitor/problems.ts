import type { PresetPlace } from '../../config/expand/preset.ts';
import type { MonitorOptions } from '../../config/observe/monitor.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';

/** Less is no more exact: the kernel counts CPU time in hundredths of a second. */
export const SHORTEST_INTERVAL = 250;

/** Finds unknown processes, and samples that would come too often. */
export const monitorProblems = (options: MonitorOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const { interval, processes = 'all', limits = {} } = options;
  const { path } = place;
  return [
    ...(interval !== undefined && (parseDuration(interval) ?? 0) < SHORTEST_INTERVAL
      ? [{ kind: 'invalid', path: [...path, 'interval'], found: interval, expected: 'interval' } as const]
      : []),
    ...(processes === 'all' ? [] : processes).flatMap((name, at) =>
      nameProblems(name, [...path, 'processes', at], place),
    ),
    ...Object.keys(limits).flatMap((name) => nameProblems(name, [...path, 'limits', name], place)),
  ];
};

const nameProblems = (found: string, path: FieldPath, place: PresetPlace): readonly ConfigProblem[] => {
  // It can watch itself.
  const known = [...place.names, place.name];
  return known.includes(found)
    ? []
    : [{ kind: 'unknown-name', named: 'process', path, found, nearest: nearest(found, known), known }];
};
