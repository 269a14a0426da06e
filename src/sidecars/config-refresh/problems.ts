import { resolve } from 'node:path';
import type { PresetPlace } from '../../config/expand/preset.ts';
import type {
  ConfigRefreshOptions,
  ConfigSource,
  RefreshAction,
  RefreshedFile,
} from '../../config/observe/config-refresh.ts';
import { signalName, signalNames } from '../../config/resolve/signal-name.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { SOURCE_KINDS } from './options.ts';
import { findTemplateProblems } from './template-problems.ts';

/** Finds unknown names, fields that exclude each other, and templates that cannot be right. */
export const configRefreshProblems = (
  options: ConfigRefreshOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const { sources = {}, files, onChange } = options;
  const names = Object.keys(sources);
  return [
    ...Object.entries(sources).flatMap(([name, source]) =>
      sourceProblems(source, [...place.path, 'sources', name]),
    ),
    ...files.flatMap((file, index) => fileProblems(file, names, place, [...place.path, 'files', index])),
    ...samePaths(files, [...place.path, 'files']),
    ...actionProblems(onChange, place, [...place.path, 'onChange']),
    ...timeProblems(options, place.path),
  ];
};

const sourceProblems = (source: ConfigSource, path: FieldPath): readonly ConfigProblem[] => {
  const found = SOURCE_KINDS.filter((kind) => Object.hasOwn(source, kind));
  const [kind] = found;
  if (kind === undefined || found.length > 1) return [{ kind: 'one-of', path, found, known: SOURCE_KINDS }];
  const isWatched = kind === 'etcd' || kind === 'consul';
  return [
    ...('headers' in source && kind !== 'url'
      ? [{ kind: 'needs', path: [...path, 'headers'], needs: 'url' } as const]
      : []),
    ...('interval' in source && isWatched
      ? [{ kind: 'excludes', path: [...path, 'interval'], other: `${kind}, which is watched` } as const]
      : []),
    ...('parse' in source && kind === 'vault'
      ? [{ kind: 'excludes', path: [...path, 'parse'], other: 'vault, whose secrets have fields' } as const]
      : []),
  ];
};

const fileProblems = (
  file: RefreshedFile,
  sources: readonly string[],
  place: PresetPlace,
  path: FieldPath,
): readonly ConfigProblem[] => {
  const known = ['template', 'contents'];
  const found = known.filter((field) => Object.hasOwn(file, field));
  if (found.length !== 1) return [{ kind: 'one-of', path, found, known }];
  return [
    ...volumeProblems(file.volume, place, [...path, 'volume']),
    ...textProblems(file, sources, place, path),
  ];
};

const volumeProblems = (
  found: string,
  { volumes }: PresetPlace,
  path: FieldPath,
): readonly ConfigProblem[] =>
  volumes.includes(found)
    ? []
    : [
        {
          kind: 'unknown-name',
          named: 'volume',
          path,
          found,
          nearest: nearest(found, volumes),
          known: volumes,
        },
      ];

const textProblems = (
  { template, contents }: RefreshedFile,
  sources: readonly string[],
  { folder, read }: PresetPlace,
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (template === undefined) return findTemplateProblems(contents ?? '', sources, [...path, 'contents']);
  // What a reference stands for is known later.
  if (template.includes('${')) return [];
  const at = resolve(folder, template);
  const text = read(at);
  const field = [...path, 'template'];
  return text === null
    ? [{ kind: 'no-such-path', path: field, at, expected: 'file' }]
    : findTemplateProblems(text, sources, field);
};

/** Others name a file by its path alone. */
const samePaths = (files: readonly RefreshedFile[], path: FieldPath): readonly ConfigProblem[] =>
  files.flatMap((file, index): readonly ConfigProblem[] => {
    const first = files.findIndex((other) => other.path === file.path);
    return first === index
      ? []
      : [
          {
            kind: 'name-taken',
            path: [...path, index, 'path'],
            name: file.path,
            by: [...path, first, 'path'],
          },
        ];
  });

const ACTIONS = ['signal', 'restart', 'exec', 'http'] as const;

const actionProblems = (
  action: RefreshAction = 'none',
  place: PresetPlace,
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (action === 'none') return [];
  const found = ACTIONS.filter((kind) => Object.hasOwn(action, kind));
  if (found.length !== 1) return [{ kind: 'one-of', path, found, known: ACTIONS }];
  if ('restart' in action) return nameProblems(action.restart, place, [...path, 'restart']);
  if (!('signal' in action))
    return 'to' in action ? [{ kind: 'needs', path: [...path, 'to'], needs: 'signal' }] : [];
  const { signal, to } = action as { readonly signal: string; readonly to?: string };
  return [
    ...(signalName(signal) === null
      ? [
          {
            kind: 'unknown-signal',
            path: [...path, 'signal'],
            found: signal,
            nearest: nearest(signal, signalNames),
          } as const,
        ]
      : []),
    ...(to === undefined
      ? [{ kind: 'missing', path: [...path, 'to'], expected: 'process-name' } as const]
      : nameProblems(to, place, [...path, 'to'])),
  ];
};

const nameProblems = (found: string, { names }: PresetPlace, path: FieldPath): readonly ConfigProblem[] =>
  names.includes(found)
    ? []
    : [{ kind: 'unknown-name', named: 'process', path, found, nearest: nearest(found, names), known: names }];

const timeProblems = (
  { wait = {}, retry = {} }: ConfigRefreshOptions,
  path: FieldPath,
): readonly ConfigProblem[] => [
  ...(isShorter(wait.max, wait.min ?? 200)
    ? [{ kind: 'out-of-order', path: [...path, 'wait', 'max'], is: 'shorter', than: 'wait.min' } as const]
    : []),
  ...(isShorter(retry.maxBackoff, retry.backoff ?? 250)
    ? [
        {
          kind: 'out-of-order',
          path: [...path, 'retry', 'maxBackoff'],
          is: 'shorter',
          than: 'retry.backoff',
        } as const,
      ]
    : []),
];

const isShorter = (time: number | string | undefined, other: number | string): boolean =>
  time !== undefined && (parseDuration(time) ?? 0) < (parseDuration(other) ?? 0);
