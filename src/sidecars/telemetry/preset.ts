import { resolve } from 'node:path';
import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { TelemetryOptions } from '../../config/observe/telemetry.ts';
import type { PortConfig } from '../../config/types.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { TelemetryProgramOptions } from '../../programs/telemetry/options.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { urlHost } from '../neighbor.ts';
import { processesIn } from '../processes-in.ts';
import { telemetryOptions } from './options.ts';

export const telemetry: Preset = {
  engines: ['embedded'],
  options: telemetryOptions,
  ports: (options: TelemetryOptions) => portsOf(options),
  problems: (options: TelemetryOptions, place) => loopProblems(options, place),
  expand: (options: TelemetryOptions, place): Expansion => ({
    fields: {
      ...embeddedProgram('telemetry', programOptions(options, place)),
      ports: portsOf(options),
      provides: { defaults: variables(place) },
    },
    ...{ detour: null, reasons: {}, shared: [] },
    sendsTo: processesIn(forwardOf(options)?.url),
  }),
};

const portsOf = ({ listen = {} }: TelemetryOptions): Readonly<Record<string, PortConfig>> => ({
  http: listen.http ?? 'auto',
  grpc: listen.grpc ?? 'auto',
  admin: 'auto',
});

const programOptions = (options: TelemetryOptions, place: PresetPlace): TelemetryProgramOptions => {
  const { keep = {}, sampling = 1, file } = options;
  return {
    http: ownAddress('http', place),
    grpc: ownAddress('grpc', place),
    admin: ownAddress('admin', place),
    keep: { traces: keep.traces ?? 10_000, logs: keep.logs ?? 10_000, metrics: keep.metrics ?? 50_000 },
    sampling,
    forward: forwardOf(options),
    file: file === undefined ? null : absolute(file, place),
  };
};

const ownAddress = (port: string, { name, hostOf }: PresetPlace): string =>
  `${urlHost(hostOf(port))}:\${ports.${name}.${port}}`;

const forwardOf = ({ forward }: TelemetryOptions): TelemetryProgramOptions['forward'] => {
  if (forward === undefined) return null;
  return typeof forward === 'string' ? { url: forward, headers: {} } : { headers: {}, ...forward };
};

/** A reference stands for an absolute path. */
const absolute = (file: string, { folder }: PresetPlace): string =>
  file.startsWith('${') ? file : resolve(folder, file);

/** What it forwards to itself would come again, and again. */
const loopProblems = (
  { forward }: TelemetryOptions,
  { name, path }: PresetPlace,
): readonly ConfigProblem[] => {
  const url = typeof forward === 'object' ? forward.url : forward;
  if (!processesIn(url).includes(name)) return [];
  const at = typeof forward === 'object' ? ['forward', 'url'] : ['forward'];
  return [{ kind: 'invalid', path: [...path, ...at], found: url, expected: 'receiver-url' }];
};

/**
 * With these, SDKs send to it, and soon: their own delays are 5 s for spans, 1 s for logs and a minute for metrics. Those of
 * .NET Aspire are the same.
 */
const variables = ({ name, pod, hostOf }: PresetPlace): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://${urlHost(hostOf('http'))}:\${ports.${name}.http}`,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_SERVICE_NAME: '${receiver.name}',
  OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=\${receiver.process},service.namespace=${encodeURIComponent(pod)}`,
  OTEL_BSP_SCHEDULE_DELAY: '1000',
  OTEL_BLRP_SCHEDULE_DELAY: '1000',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_TRACES_SAMPLER: 'always_on',
  OTEL_METRICS_EXEMPLAR_FILTER: 'trace_based',
});
