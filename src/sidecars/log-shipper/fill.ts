import type { PresetPlace } from '../../config/expand/preset.ts';
import type { LogShipperOptions } from '../../config/observe/log-shipper.ts';
import { parseSize } from '../../config/schema/size.ts';
import type * as Program from '../../programs/log-shipper/options.ts';
import { literal } from '../embedded-program.ts';
import { urlHost } from '../neighbor.ts';
import { pathOf } from '../traffic/server-tls.ts';
import { DEFAULTS, timeOf } from './defaults.ts';
import { destinationsOf } from './destinations.ts';
import { fillOutput } from './outputs/fill.ts';
import { fillParse, fillPattern } from './patterns.ts';

/** The options of the program, with everything that was left out. */
export const fillOptions = (options: LogShipperOptions, place: PresetPlace): Program.LogShipperOptions => {
  const {
    from,
    readFrom = 'beginning',
    rotateWait = DEFAULTS.rotateWait,
    deadLetter,
    request = {},
  } = options;
  const { drain = DEFAULTS.drain } = options;
  const timeout = timeOf(request.timeout ?? DEFAULTS.requestTimeout);
  return {
    name: place.name,
    admin: `${urlHost(place.hostOf('admin'))}:\${ports.${place.name}.admin}`,
    from: fillFrom(from, place),
    ...{ readFrom, rotateWait: timeOf(rotateWait) },
    reading: fillReading(options),
    fields: fillFields(options, place),
    outputs: destinationsOf(options).map(({ name, output }) => fillOutput(output, name, place, { timeout })),
    batch: fillBatch(options),
    retry: {
      initialBackoff: timeOf(request.retryInitialBackoff ?? DEFAULTS.initialBackoff),
      maxBackoff: timeOf(request.retryMaxDuration ?? DEFAULTS.maxBackoff),
    },
    positions: positionsOf(from, place),
    deadLetter: deadLetter === undefined ? null : pathOf(deadLetter, place),
    drain: timeOf(drain),
  };
};

const fillFrom = (from: LogShipperOptions['from'], place: PresetPlace): Program.LogShipperOptions['from'] => {
  if ('processes' in from) {
    const { processes } = from;
    const { instances, apps } = place;
    const named = processes === 'all' ? null : processes.flatMap((name) => instances.get(name) ?? [name]);
    return { kind: 'processes', processes: named, except: carriers(place), apps };
  }
  const { volume, path = '.', include = DEFAULTS.include, exclude = [] } = from;
  const folder = volume === undefined ? pathOf(path, place) : `\${volumes.${volume}}`;
  return { kind: 'files', folder, include, exclude };
};

/** What they write tells of lines that came, and would come again. */
const carriers = ({ name, uses }: PresetPlace): readonly string[] => [
  name,
  ...[...uses].flatMap(([other, use]) => (use === 'log-shipper' || use === 'log-sink' ? [other] : [])),
];

const fillReading = ({
  maxLineBytes = DEFAULTS.maxLineBytes,
  multiline,
  parse,
  redact = [],
}: LogShipperOptions): Program.ReadingOptions => ({
  maxLineBytes: parseSize(maxLineBytes),
  multiline:
    multiline === undefined
      ? null
      : {
          start: fillPattern(multiline.start),
          timeout: timeOf(multiline.timeout ?? DEFAULTS.multilineTimeout),
        },
  parse: fillParse(parse),
  redact: redact.map(fillPattern),
});

/** The output of a process is its own; files are of the one app, or of the pod. */
const fillFields = ({ from, fields = {} }: LogShipperOptions, place: PresetPlace) => {
  const [app, ...others] = place.apps;
  const service = app === undefined || others.length > 0 ? place.pod : app;
  return 'processes' in from ? fields : { 'service.name': literal(service), ...fields };
};

const fillBatch = ({ batch = {} }: LogShipperOptions): Program.BatchOptions => {
  const {
    maxBytes = DEFAULTS.maxBytes,
    maxEvents = DEFAULTS.maxEvents,
    timeout = DEFAULTS.batchTimeout,
  } = batch;
  return { maxBytes: parseSize(maxBytes), maxEvents, timeout: timeOf(timeout) };
};

/** In a volume, they last as long as the files that they are of. */
const positionsOf = (from: LogShipperOptions['from'], { name }: PresetPlace): string | null =>
  'processes' in from || from.volume === undefined ? null : `\${volumes.${from.volume}}/.${name}-positions`;
