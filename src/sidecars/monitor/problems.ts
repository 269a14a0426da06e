import type { PresetPlace } from '../../config/expand/preset.ts';
import type { MonitorOptions } from '../../config/observe/monitor.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { pushProblems } from '../metrics/fill-push.ts';
import { intervalProblems } from '../metrics/interval-problems.ts';

/** Finds unknown processes, and samples that would come too often. */
export const monitorProblems = (options: MonitorOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const { interval, processes = 'all', limits = {} } = options;
  const { path } = place;
  return [
    ...intervalProblems(interval, [...path, 'interval']),
    ...(processes === 'all' ? [] : processes).flatMap((name, at) =>
      nameProblems(name, [...path, 'processes', at], place),
    ),
    ...Object.keys(limits).flatMap((name) => nameProblems(name, [...path, 'limits', name], place)),
    ...pushProblems(options.push, place),
  ];
};

const nameProblems = (found: string, path: FieldPath, place: PresetPlace): readonly ConfigProblem[] => {
  // It can watch itself.
  const known = [...place.names, place.name];
  return known.includes(found)
    ? []
    : [{ kind: 'unknown-name', named: 'process', path, found, nearest: nearest(found, known), known }];
};
