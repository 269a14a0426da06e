import type { PresetPlace } from '../../config/expand/preset.ts';
import type { PrometheusOptions } from '../../config/prometheus.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { findNeighbor } from '../neighbor.ts';
import { milliseconds } from '../traffic/time.ts';
import { DAY, METRICS_ENGINES } from './engine-program.ts';
import { rulesProblems } from './rules.ts';
import { placedEntries } from './targets.ts';

export const SCRAPE_INTERVAL = 5_000;
export const RETENTION = 2 * 3_600_000;

/** Finds ports that are not there, and a retention that keeps nothing. */
export const prometheusProblems = (
  options: PrometheusOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => [
  ...placedEntries(options, place).flatMap(({ entry: { to }, path }): readonly ConfigProblem[] => {
    if (typeof to === 'object') return [];
    const found = findNeighbor(to, place, path);
    return found.ok ? [] : [found.problem];
  }),
  ...retentionProblems(options, place),
  ...volumeProblems(options, place),
  ...rulesProblems(options, place),
  ...engineProblems(options, place),
];

const retentionProblems = (
  { retention, scrapeInterval }: PrometheusOptions,
  { path }: PresetPlace,
): readonly ConfigProblem[] => {
  const isShorter = milliseconds(retention, RETENTION) < milliseconds(scrapeInterval, SCRAPE_INTERVAL);
  const written = retention === undefined ? 'scrapeInterval' : 'retention';
  if (!isShorter) return [];
  return written === 'retention'
    ? [{ kind: 'out-of-order', path: [...path, written], is: 'shorter', than: 'scrapeInterval' }]
    : [{ kind: 'out-of-order', path: [...path, written], is: 'longer', than: 'retention' }];
};

const volumeProblems = (
  { volume }: PrometheusOptions,
  { path, volumes, engine }: PresetPlace,
): readonly ConfigProblem[] => {
  if (volume === undefined || engine === 'embedded' || volumes.includes(volume)) return [];
  const unknown = {
    named: 'volume',
    found: volume,
    nearest: nearest(volume, volumes),
    known: volumes,
  } as const;
  return [{ kind: 'unknown-name', path: [...path, 'volume'], ...unknown }];
};

/** The embedded engine has no disk, and VictoriaMetrics keeps whole days. */
const engineProblems = (
  { volume, retention, rules = [] }: PrometheusOptions,
  { path, engine }: PresetPlace,
): readonly ConfigProblem[] => {
  const lack = (option: string, able: readonly string[]): ConfigProblem => ({
    ...{ kind: 'engine-lacks', path: [...path, option], option, engine, able },
  });
  const isTooShort = retention !== undefined && milliseconds(retention, RETENTION) < DAY;
  return [
    ...(engine === 'embedded' && volume !== undefined ? [lack('volume', METRICS_ENGINES)] : []),
    ...(engine === 'victoria-metrics' && rules.length > 0 ? [lack('rules', ['embedded', 'prometheus'])] : []),
    ...(engine === 'victoria-metrics' && isTooShort ? [lack('retention', ['embedded', 'prometheus'])] : []),
  ];
};
