import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { LogShipperOptions } from '../../config/observe/log-shipper.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { destinationsOf } from './destinations.ts';
import { fillOptions } from './fill.ts';
import { logShipperOptions } from './options.ts';
import { processBehind } from './outputs/fill.ts';
import { logShipperProblems } from './problems.ts';
import { rsyslogProblems } from './rsyslog/lacks.ts';
import { rsyslogProgram } from './rsyslog/program.ts';

export const logShipper: Preset = {
  engines: ['embedded', 'rsyslog'],
  options: logShipperOptions,
  ports: () => PORTS,
  problems: (options: LogShipperOptions, place) => [
    ...logShipperProblems(options, place),
    ...(place.engine === 'rsyslog' ? rsyslogProblems(options, place) : []),
  ],
  expand: (options: LogShipperOptions, place): Expansion => {
    const program = fillOptions(options, place);
    const servers = serversOf(options, place);
    return {
      fields: {
        ...(place.engine === 'rsyslog'
          ? rsyslogProgram(program, place)
          : embeddedProgram('log-shipper', program, NODE_FLAGS)),
        ports: PORTS,
        // It starts after the servers, and stops before them. It does not wait for them to be ready: files wait.
        dependsOn: Object.fromEntries(servers.map(({ process }) => [process, 'started' as const])),
        stop: { grace: Math.max(DEFAULT_GRACE, program.drain + BESIDES_DRAIN) },
      },
      detour: null,
      reasons: Object.fromEntries(servers.map(({ process, path }) => [process, path])),
      shared: [],
    };
  },
};

const PORTS = { admin: 'auto' } as const;

/**
 * V8's young generation grows to 100 MB under load otherwise, for no gain in speed: lines are no objects. Four threads
 * beside the one that works keep up to 1 MB each of what they have compiled with, and one is as fast.
 */
export const NODE_FLAGS = ['--max-semi-space-size=2', '--v8-pool-size=1'];

/** Milliseconds that any process has to stop. */
const DEFAULT_GRACE = 10_000;

/** Milliseconds for the attempt that is on its way when the drain is over, and for the positions. */
const BESIDES_DRAIN = 3_000;

const serversOf = (options: LogShipperOptions, place: PresetPlace) =>
  destinationsOf(options).flatMap(({ output }, index) => {
    const process = processBehind(output, place);
    const path = [...place.path, 'to', ...(Array.isArray(options.to) ? [index] : [])];
    return process === null ? [] : [{ process, path }];
  });
