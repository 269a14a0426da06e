import type { PresetPlace } from '../../config/expand/preset.ts';
import type { PrometheusOptions } from '../../config/prometheus.ts';
import type { CommandProcess } from '../../config/types.ts';
import type { EngineProgramOptions } from '../../programs/engine/options.ts';
import type { PrometheusProgramOptions } from '../../programs/prometheus/options.ts';
import { engineFile, engineProcess } from '../engines/engine-process.ts';
import { proxyFrame } from '../traffic/proxy-options.ts';
import { rulesFile } from './rules.ts';
import { RULES_FILE, scrapeConfig } from './scrape-config.ts';

export const METRICS_ENGINES = ['prometheus', 'victoria-metrics'] as const;

export type MetricsEngine = (typeof METRICS_ENGINES)[number];

export const isMetricsEngine = (name: string): name is MetricsEngine =>
  METRICS_ENGINES.some((engine) => engine === name);

/** What VictoriaMetrics keeps at least. */
export const DAY = 24 * 3_600_000;

const REQUIRES: Readonly<Record<MetricsEngine, NonNullable<CommandProcess['requires']>>> = {
  prometheus: { prometheus: '>=2.40', promtool: '*' },
  // Debian's tells no version.
  'victoria-metrics': { 'victoria-metrics': '*' },
};

/** Name of the configuration. It is JSON, which YAML includes: a text in it can have every character. */
const CONFIG = 'prometheus.yml';

/** Command line of the engine besides its configuration. It can only be changed by a restart. */
const ARGUMENTS = 'arguments';

/** A process that runs an engine in place of the embedded program, with the same options. */
export const metricsEngineProgram = (
  engine: MetricsEngine,
  written: PrometheusOptions,
  options: PrometheusProgramOptions,
  place: PresetPlace,
): CommandProcess =>
  engineProcess(
    {
      options: engineFile({ ...engineOptions(engine, options, place) }, { signal: 'SIGHUP' }),
      [CONFIG]: engineFile(scrapeConfig(options), { signal: 'SIGHUP' }),
      ...(options.rules.length === 0
        ? {}
        : { [RULES_FILE]: engineFile(rulesFile(options.name, options.rules), { signal: 'SIGHUP' }) }),
      [ARGUMENTS]: engineFile({ list: argumentsOf(engine, written, options) }, 'restart'),
    },
    REQUIRES[engine],
  );

const engineOptions = (
  engine: MetricsEngine,
  { name, listen }: PrometheusProgramOptions,
  place: PresetPlace,
): EngineProgramOptions => {
  const { pod, admin, certificates, drainTimeout } = proxyFrame(place);
  return {
    ...{ engine, name, pod, admin, certificates, drainTimeout },
    config: CONFIG,
    argumentsFile: ARGUMENTS,
    following: null,
    listeners: [listen],
    certificateFiles: { pairs: [], authorities: [] },
    accessLog: null,
    endpoints: [],
  };
};

/** In the folder of its configuration, which ends with the run. */
const OWN_DATA = 'data';

const argumentsOf = (
  engine: MetricsEngine,
  { volume, retention }: PrometheusOptions,
  options: PrometheusProgramOptions,
): readonly string[] => {
  const data = volume === undefined ? OWN_DATA : `\${volumes.${volume}}/${engine}`;
  if (engine === 'prometheus')
    return [
      `--storage.tsdb.path=${data}`,
      `--storage.tsdb.retention.time=${seconds(options.retention)}`,
      `--web.listen-address=${options.listen}`,
      '--log.level=warn',
    ];
  const hours = retention === undefined ? 24 : Math.ceil(options.retention / 3_600_000);
  return [
    `-storageDataPath=${data}`,
    `-retentionPeriod=${hours}h`,
    `-httpListenAddr=${options.listen}`,
    // Queries leave the newest 30 s out otherwise, for scrapers of other machines that are late.
    '-search.latencyOffset=0s',
    '-loggerLevel=WARN',
  ];
};

/** Prometheus' smallest unit of a retention that it counts with. */
const seconds = (milliseconds: number): string => `${Math.max(1, Math.ceil(milliseconds / 1000))}s`;
