import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { MonitorOptions } from '../../config/observe/monitor.ts';
import { parseSize } from '../../config/schema/size.ts';
import type { Limit } from '../../programs/monitor/limits/limit.ts';
import type { MonitorOptions as ProgramOptions } from '../../programs/monitor/options.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { fillPush } from '../metrics/fill-push.ts';
import { processesIn } from '../processes-in.ts';
import { ownAddress } from '../traffic/proxy-options.ts';
import { milliseconds } from '../traffic/time.ts';
import { monitorOptions } from './options.ts';
import { monitorProblems } from './problems.ts';

const PORTS = { metrics: 'auto', admin: 'auto' } as const;

const DEFAULT_INTERVAL = 1_000;
const DEFAULT_FOR = 10_000;

export const monitor: Preset = {
  engines: ['embedded'],
  options: monitorOptions,
  ports: () => PORTS,
  problems: monitorProblems,
  expand: (options: MonitorOptions, place): Expansion => ({
    fields: { ...embeddedProgram('monitor', programOptions(options, place)), ports: PORTS },
    detour: null,
    reasons: {},
    shared: [],
    sendsTo: processesIn(fillPush(options.push, place)?.endpoint),
  }),
};

const programOptions = (options: MonitorOptions, place: PresetPlace): ProgramOptions => {
  const { interval, processes = 'all', probes = true, names = ['otel'], limits = {} } = options;
  return {
    ...{ name: place.name, pod: place.pod, probes },
    admin: ownAddress('admin', place),
    metrics: ownAddress('metrics', place),
    interval: milliseconds(interval, DEFAULT_INTERVAL),
    processes: processes === 'all' ? null : processes.flatMap((name) => membersOf(name, place)),
    names: [...new Set(names)],
    push: fillPush(options.push, place),
    limits: Object.keys(limits).flatMap((name) => limitsOf(name, limits, place)),
  };
};

/** The name of an app with several instances means all of them. */
const membersOf = (name: string, { instances }: PresetPlace): readonly string[] =>
  instances.get(name) ?? [name];

const limitsOf = (
  name: string,
  limits: NonNullable<MonitorOptions['limits']>,
  place: PresetPlace,
): readonly Limit[] => {
  const { memory, cpu, for: lasting, action = 'warn' } = limits[name] ?? {};
  const most = [
    ...(memory === undefined ? [] : [{ resource: 'memory', most: parseSize(memory) } as const]),
    ...(cpu === undefined ? [] : [{ resource: 'cpu', most: cpu } as const]),
  ];
  return membersOf(name, place).flatMap((process) =>
    most.map((each) => ({ process, ...each, for: milliseconds(lasting, DEFAULT_FOR), action })),
  );
};
