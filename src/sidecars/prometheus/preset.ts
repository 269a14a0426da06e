import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { PrometheusOptions } from '../../config/prometheus.ts';
import type { CommandProcess } from '../../config/types.ts';
import type { PrometheusProgramOptions } from '../../programs/prometheus/options.ts';
import { embeddedProgram, SMALL_HEAP } from '../embedded-program.ts';
import { ownAddress } from '../traffic/proxy-options.ts';
import { milliseconds } from '../traffic/time.ts';
import { isMetricsEngine, METRICS_ENGINES, metricsEngineProgram } from './engine-program.ts';
import { prometheusOptions } from './options.ts';
import { prometheusProblems, RETENTION, SCRAPE_INTERVAL } from './problems.ts';
import { filledRule } from './rules.ts';
import { targetsOf } from './targets.ts';

const PORTS = { http: 'auto', admin: 'auto' } as const;

export const prometheus: Preset = {
  engines: ['embedded', ...METRICS_ENGINES],
  options: prometheusOptions,
  ports: () => PORTS,
  problems: prometheusProblems,
  expand: (options: PrometheusOptions, place): Expansion => ({
    fields: {
      ...programOf(options, place),
      ports: PORTS,
      provides: { env: { PROMETHEUS_URL: `http://127.0.0.1:\${ports.${place.name}.http}` } },
    },
    detour: null,
    reasons: {},
    shared: [],
  }),
};

const programOf = (written: PrometheusOptions, place: PresetPlace): CommandProcess => {
  const options = programOptions(written, place);
  return isMetricsEngine(place.engine)
    ? metricsEngineProgram(place.engine, written, options, place)
    : embeddedProgram('prometheus', { ...options }, [SMALL_HEAP]);
};

/** The options of the program. */
export const programOptions = (options: PrometheusOptions, place: PresetPlace): PrometheusProgramOptions => ({
  name: place.name,
  listen: ownAddress('http', place),
  admin: ownAddress('admin', place),
  scrapeInterval: milliseconds(options.scrapeInterval, SCRAPE_INTERVAL),
  retention: milliseconds(options.retention, RETENTION),
  targets: targetsOf(options, place),
  rules: (options.rules ?? []).map(filledRule),
});
