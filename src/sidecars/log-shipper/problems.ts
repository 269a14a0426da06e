import type { PresetPlace } from '../../config/expand/preset.ts';
import type { LogFiles, LogShipperOptions } from '../../config/observe/log-shipper.ts';
import { parseSize } from '../../config/schema/size.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { notBoth } from '../traffic/check.ts';
import { DEFAULTS, timeOf } from './defaults.ts';
import { destinationsOf } from './destinations.ts';
import { outputProblems } from './outputs/problems.ts';
import { patternProblems } from './patterns.ts';

/** A line is cut at more than that: pieces of a few bytes would be all that is sent. */
const LEAST_LINE = 1024;

export const logShipperProblems = (
  options: LogShipperOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => [
  ...fromProblems(options, place),
  ...destinationProblems(options, place),
  ...patternProblems(options, place.path),
  ...sizeProblems(options, place.path),
  ...waitProblems(options, place.path),
];

const fromProblems = ({ from }: LogShipperOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const at = [...place.path, 'from'];
  if (!('processes' in from)) return fileProblems(from, at, place);
  if (from.processes === 'all') return [];
  return from.processes.flatMap((found, index): readonly ConfigProblem[] =>
    place.names.includes(found) ? [] : [unknown('process', found, place.names, [...at, 'processes', index])],
  );
};

const fileProblems = (
  from: LogFiles,
  path: FieldPath,
  { volumes }: PresetPlace,
): readonly ConfigProblem[] => {
  const { volume } = from;
  if (volume === undefined && from.path === undefined)
    return [{ kind: 'invalid', path, found: from, expected: 'log-files' }];
  return [
    ...notBoth(from, 'path', 'volume', path),
    ...(volume === undefined || volumes.includes(volume)
      ? []
      : [unknown('volume', volume, volumes, [...path, 'volume'])]),
  ];
};

const unknown = (
  named: 'process' | 'volume',
  found: string,
  known: readonly string[],
  path: FieldPath,
): ConfigProblem => ({ kind: 'unknown-name', named, path, found, nearest: nearest(found, known), known });

/** Positions are kept by the names, and by nothing else. */
const destinationProblems = (options: LogShipperOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const isList = Array.isArray(options.to);
  const all = destinationsOf(options);
  const pathOf = (index: number): FieldPath => [...place.path, 'to', ...(isList ? [index] : [])];
  return all.flatMap(({ name, output }, index): readonly ConfigProblem[] => {
    const first = all.findIndex((each) => each.name === name);
    return [
      ...outputProblems(output, pathOf(index), place),
      ...(first === index
        ? []
        : [{ kind: 'name-taken', path: pathOf(index), name, by: pathOf(first) } as const]),
    ];
  });
};

const sizeProblems = (
  { maxLineBytes = LEAST_LINE, batch: { maxBytes = 1 } = {} }: LogShipperOptions,
  path: FieldPath,
): readonly ConfigProblem[] => [
  ...(parseSize(maxLineBytes) < LEAST_LINE
    ? [
        {
          kind: 'invalid',
          path: [...path, 'maxLineBytes'],
          found: maxLineBytes,
          expected: 'line-size',
        } as const,
      ]
    : []),
  ...(parseSize(maxBytes) < 1
    ? [
        {
          kind: 'invalid',
          path: [...path, 'batch', 'maxBytes'],
          found: maxBytes,
          expected: 'positive-size',
        } as const,
      ]
    : []),
];

const waitProblems = ({ request = {} }: LogShipperOptions, path: FieldPath): readonly ConfigProblem[] => {
  const { retryInitialBackoff = DEFAULTS.initialBackoff, retryMaxDuration = DEFAULTS.maxBackoff } = request;
  return timeOf(retryMaxDuration) < timeOf(retryInitialBackoff)
    ? [
        {
          ...({ kind: 'out-of-order', is: 'shorter', than: 'retryInitialBackoff' } as const),
          path: [...path, 'request', 'retryMaxDuration'],
        },
      ]
    : [];
};
