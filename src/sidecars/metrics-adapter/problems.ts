import type { PresetPlace } from '../../config/expand/preset.ts';
import type {
  MetricsAdapterOptions,
  MetricsSource,
  RelabelRule,
} from '../../config/observe/metrics-adapter.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { pushProblems } from '../metrics/fill-push.ts';
import { intervalProblems } from '../metrics/interval-problems.ts';
import { serverProblems } from '../metrics/server-url.ts';
import { groupsOf } from './groups-of.ts';
import { logsProblems } from './logs-problems.ts';
import { sourcesIn } from './sources-in.ts';

/** Finds unknown names, patterns that do not compile, and what two sources cannot both have. */
export const metricsAdapterProblems = (
  options: MetricsAdapterOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const sources = sourcesIn(options);
  const isList = Array.isArray(options.from);
  return [
    ...sources.flatMap((source, at) => {
      const path = [...place.path, 'from', ...(isList ? [at] : [])];
      return [...sourceProblems(source, path, place), ...twiceProblems(source, sources.slice(0, at), path)];
    }),
    ...(options.relabel ?? []).flatMap((rule, at) => ruleProblems(rule, [...place.path, 'relabel', at])),
    ...pushProblems(options.push, place),
  ];
};

const sourceProblems = (
  source: MetricsSource,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if ('prometheus' in source) {
    const { prometheus } = source;
    return typeof prometheus === 'string'
      ? serverProblems(prometheus, 'metrics', [...path, 'prometheus'], place)
      : fetchedProblems(prometheus, [...path, 'prometheus'], place);
  }
  if ('json' in source) return fetchedProblems(source.json, [...path, 'json'], place);
  return 'logs' in source ? logsProblems(source.logs, [...path, 'logs'], place) : [];
};

const fetchedProblems = (
  { to, interval }: { readonly to: string; readonly interval?: Parameters<typeof intervalProblems>[0] },
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => [
  ...serverProblems(to, 'metrics', [...path, 'to'], place),
  ...intervalProblems(interval, [...path, 'interval']),
];

/** A program listens on one port for each kind. */
const twiceProblems = (
  source: MetricsSource,
  before: readonly MetricsSource[],
  path: FieldPath,
): readonly ConfigProblem[] =>
  (['statsd', 'otlp'] as const)
    .filter((kind) => kind in source && before.some((other) => kind in other))
    .map((kind) => ({ kind: 'excludes', path: [...path, kind], other: `another ${kind}` }));

const TO_TARGET: ReadonlySet<string> = new Set([
  ...['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'],
]);

const ruleProblems = (
  { action = 'replace', targetLabel, regex = '', modulus }: RelabelRule,
  path: FieldPath,
): readonly ConfigProblem[] => {
  const groups = groupsOf(regex);
  return [
    ...(typeof groups === 'string'
      ? [{ kind: 'bad-pattern', path: [...path, 'regex'], message: groups } as const]
      : []),
    ...(TO_TARGET.has(action) && targetLabel === undefined
      ? [{ kind: 'needs', path, needs: 'targetLabel' } as const]
      : []),
    ...(action === 'hashmod' && modulus === undefined
      ? [{ kind: 'needs', path, needs: 'modulus' } as const]
      : []),
  ];
};
