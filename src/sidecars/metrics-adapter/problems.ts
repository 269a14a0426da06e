import type { PresetPlace } from '../../config/expand/preset.ts';
import type {
  MetricsAdapterOptions,
  MetricsSource,
  RelabelRule,
} from '../../config/observe/metrics-adapter.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { pushProblems } from '../metrics/fill-push.ts';
import { intervalProblems } from '../metrics/interval-problems.ts';
import { METRICS_SERVER, REDIS_SERVER, type ServerKind, serverProblems } from '../metrics/server-url.ts';
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
  const asked = (written: string | Asked, field: string, kind = METRICS_SERVER): readonly ConfigProblem[] =>
    fetchedProblems(written, kind, [...path, field], place);
  if ('prometheus' in source) return asked(source.prometheus, 'prometheus');
  if ('json' in source) return asked(source.json, 'json');
  if ('nginxStatus' in source) return asked(source.nginxStatus, 'nginxStatus');
  if ('redis' in source) return asked(source.redis, 'redis', REDIS_SERVER);
  return 'logs' in source ? logsProblems(source.logs, [...path, 'logs'], place) : [];
};

interface Asked {
  readonly to: string;
  readonly interval?: Parameters<typeof intervalProblems>[0];
}

/** A text is what `to` says, alone. */
const fetchedProblems = (
  written: string | Asked,
  kind: ServerKind,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] =>
  typeof written === 'string'
    ? serverProblems(written, kind, path, place)
    : [
        ...serverProblems(written.to, kind, [...path, 'to'], place),
        ...intervalProblems(written.interval, [...path, 'interval']),
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
