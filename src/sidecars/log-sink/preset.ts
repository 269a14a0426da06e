import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { LogSinkOptions } from '../../config/observe/log-sink.ts';
import { parseSize } from '../../config/schema/size.ts';
import type { PortConfig } from '../../config/types.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { HttpProtocol, LogSinkProgramOptions } from '../../programs/log-sink/options.ts';
import { embeddedProgram, SMALL_HEAP } from '../embedded-program.ts';
import { urlHost } from '../neighbor.ts';
import { volumePath, volumePathProblems } from '../volume-path.ts';
import { logSinkOptions } from './options.ts';

const LEAST_KEPT = 64 * 1024;

export const logSink: Preset = {
  engines: ['embedded'],
  options: logSinkOptions,
  ports: (options: LogSinkOptions) => portsOf(options),
  problems: (options: LogSinkOptions, place): readonly ConfigProblem[] => [
    ...keepProblems(options, place),
    ...fileProblems(options, place),
  ],
  expand: (options: LogSinkOptions, place): Expansion => ({
    fields: {
      ...embeddedProgram('log-sink', programOptions(options, place), [SMALL_HEAP]),
      ports: portsOf(options),
      provides: { env: { LOG_SINK_URL: `http://${addressOf('http', place)}` } },
    },
    ...{ detour: null, reasons: {}, shared: [] },
  }),
};

const isOn = ({ listen = {} }: LogSinkOptions, protocol: keyof typeof listen): boolean =>
  listen[protocol] ?? true;

const portsOf = (options: LogSinkOptions): Readonly<Record<string, PortConfig>> => ({
  http: 'auto',
  ...(isOn(options, 'syslog')
    ? { syslog: 'auto', 'syslog-udp': { port: 'auto', protocol: 'udp' } as const }
    : {}),
  ...(isOn(options, 'forward') ? { forward: 'auto' } : {}),
  admin: 'auto',
});

const addressOf = (port: string, { name, hostOf }: PresetPlace): string =>
  `${urlHost(hostOf(port))}:\${ports.${name}.${port}}`;

const OVER_HTTP: readonly HttpProtocol[] = ['http', 'loki', 'elasticsearch', 'otlp'];

const programOptions = (options: LogSinkOptions, place: PresetPlace): LogSinkProgramOptions => {
  const { keep = '64MiB', file } = options;
  const syslog = { tcp: addressOf('syslog', place), udp: addressOf('syslog-udp', place) };
  return {
    name: place.name,
    admin: addressOf('admin', place),
    http: addressOf('http', place),
    accepts: OVER_HTTP.filter((protocol) => isOn(options, protocol)),
    syslog: isOn(options, 'syslog') ? syslog : null,
    forward: isOn(options, 'forward') ? addressOf('forward', place) : null,
    keep: parseSize(keep),
    file: file === undefined ? null : volumePath(typeof file === 'string' ? { path: file } : file, place),
  };
};

const keepProblems = ({ keep }: LogSinkOptions, { path }: PresetPlace): readonly ConfigProblem[] =>
  keep === undefined || parseSize(keep) >= LEAST_KEPT
    ? []
    : [{ kind: 'invalid', path: [...path, 'keep'], found: keep, expected: 'kept-size' }];

const fileProblems = ({ file }: LogSinkOptions, place: PresetPlace): readonly ConfigProblem[] =>
  typeof file === 'object' ? volumePathProblems(file, [...place.path, 'file'], place) : [];
