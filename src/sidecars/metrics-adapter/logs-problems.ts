import type { PresetPlace } from '../../config/expand/preset.ts';
import type { LogLines } from '../../config/observe/metrics-adapter.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { groupsOf } from './groups-of.ts';

/** Finds unknown names, a pattern that does not compile, and groups that it does not have. */
export const logsProblems = (
  logs: LogLines,
  path: FieldPath,
  { names, volumes }: PresetPlace,
): readonly ConfigProblem[] => {
  const { processes = [], volume } = logs;
  return [
    ...processes.flatMap((name, at) =>
      names.includes(name) ? [] : [unknown('process', name, names, [...path, 'processes', at])],
    ),
    ...(volume === undefined || volumes.includes(volume)
      ? []
      : [unknown('volume', volume, volumes, [...path, 'volume'])]),
    ...placeProblems(logs, path),
    ...metricProblems(logs, path),
  ];
};

const placeProblems = (logs: LogLines, path: FieldPath): readonly ConfigProblem[] => {
  const { volume, processes } = logs;
  const globs = (['include', 'exclude'] as const).filter((field) => logs[field] !== undefined);
  return volume === undefined
    ? globs.map((field) => ({ kind: 'needs', path: [...path, field], needs: 'volume' }))
    : processes === undefined
      ? []
      : [{ kind: 'excludes', path: [...path, 'processes'], other: 'volume' }];
};

const metricProblems = ({ match, metric }: LogLines, path: FieldPath): readonly ConfigProblem[] => {
  const groups = match instanceof RegExp ? groupsOf(match.source, match.flags) : groupsOf(match, 'u');
  if (typeof groups === 'string') return [{ kind: 'bad-pattern', path: [...path, 'match'], message: groups }];
  const { type = 'counter', value, labels = [] } = metric;
  const used = [
    ...(value === undefined ? [] : [{ found: value, at: ['value'] }]),
    ...labels.map((found, at) => ({ found, at: ['labels', at] })),
  ];
  const without = used
    .filter(({ found }) => !groups.includes(found))
    .map(
      ({ found, at }) =>
        ({ kind: 'invalid', path: [...path, 'metric', ...at], found, expected: 'group' }) as const,
    );
  const needsValue = type !== 'counter' && value === undefined;
  return [
    ...without,
    ...(needsValue ? [{ kind: 'needs', path: [...path, 'metric', 'type'], needs: 'value' } as const] : []),
  ];
};

const unknown = (
  named: 'process' | 'volume',
  found: string,
  known: readonly string[],
  path: FieldPath,
): ConfigProblem => ({ kind: 'unknown-name', named, path, found, nearest: nearest(found, known), known });
