import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { MetricsAdapterOptions, RelabelRule } from '../../config/observe/metrics-adapter.ts';
import type { PortConfig, Provides } from '../../config/types.ts';
import type { AdapterOptions } from '../../programs/metrics-adapter/options.ts';
import type { RelabelRule as FilledRule } from '../../programs/metrics-adapter/relabel/relabel.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { fillAdapterPush } from '../metrics/fill-push.ts';
import { urlHost } from '../neighbor.ts';
import { processesIn } from '../processes-in.ts';
import { ownAddress } from '../traffic/proxy-options.ts';
import { milliseconds } from '../traffic/time.ts';
import { fillSource } from './fill-sources.ts';
import { metricsAdapterOptions } from './options.ts';
import { metricsAdapterProblems } from './problems.ts';
import { sourcesIn } from './sources-in.ts';

const DEFAULT_MAX_SERIES = 10_000;
const DEFAULT_EXPIRE = 5 * 60_000;

export const metricsAdapter: Preset = {
  engines: ['embedded'],
  options: metricsAdapterOptions,
  ports: (options: MetricsAdapterOptions) => portsOf(options),
  problems: metricsAdapterProblems,
  expand: (options: MetricsAdapterOptions, place): Expansion => ({
    fields: {
      ...embeddedProgram('metrics-adapter', programOptions(options, place)),
      ports: portsOf(options),
      provides: providesOf(options, place),
    },
    detour: null,
    reasons: {},
    shared: [],
    sendsTo: processesIn(fillAdapterPush(options.push, place)?.endpoint),
  }),
};

const portsOf = (options: MetricsAdapterOptions): Readonly<Record<string, PortConfig>> => {
  const sources = sourcesIn(options);
  const statsd = sources.flatMap((source) => ('statsd' in source ? [source.statsd] : []))[0];
  const otlp = sources.flatMap((source) => ('otlp' in source ? [source.otlp] : []))[0];
  return {
    metrics: 'auto',
    ...(statsd === undefined ? {} : { statsd: { port: portIn(statsd), protocol: 'udp' } }),
    ...(otlp === undefined ? {} : { otlp: portIn(otlp) }),
    admin: 'auto',
  };
};

const portIn = (source: true | { readonly port?: number }): number | 'auto' =>
  source === true ? 'auto' : (source.port ?? 'auto');

const programOptions = (options: MetricsAdapterOptions, place: PresetPlace): AdapterOptions => ({
  ...{ name: place.name, pod: place.pod },
  admin: ownAddress('admin', place),
  metrics: ownAddress('metrics', place),
  from: sourcesIn(options).flatMap((source) => fillSource(source, place)),
  relabel: (options.relabel ?? []).map(filledRule),
  maxSeries: options.maxSeries ?? DEFAULT_MAX_SERIES,
  expire: milliseconds(options.expire, DEFAULT_EXPIRE),
  push: fillAdapterPush(options.push, place),
});

const filledRule = (rule: RelabelRule): FilledRule => ({
  ...{ sourceLabels: [], separator: ';', targetLabel: '', regex: '(.*)' },
  ...{ modulus: 1, replacement: '$1', action: 'replace' },
  ...rule,
});

/** Clients of StatsD read these variables, and SDKs of OpenTelemetry those. */
const providesOf = (options: MetricsAdapterOptions, { name, hostOf }: PresetPlace): Provides => {
  const ports = portsOf(options);
  const url = `http://${urlHost(hostOf('otlp'))}:\${ports.${name}.otlp}/v1/metrics`;
  return {
    env: {
      ...('statsd' in ports
        ? { STATSD_HOST: hostOf('statsd'), STATSD_PORT: `\${ports.${name}.statsd}` }
        : {}),
      ...('otlp' in ports
        ? {
            OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
            OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
          }
        : {}),
    },
  };
};
