import type { PresetPlace } from '../../../config/expand/preset.ts';
import type { CommandProcess } from '../../../config/types.ts';
import type { EngineProgramOptions } from '../../../programs/engine/options.ts';
import type { LogShipperOptions } from '../../../programs/log-shipper/options.ts';
import { literal } from '../../embedded-program.ts';
import { engineFile, engineProcess } from '../../engines/engine-process.ts';
import { rotationFile } from './actions.ts';
import { certificatePlan } from './certificates.ts';
import { noticesWithin, rsyslogConfig } from './config.ts';
import { rotationScript } from './rotation.ts';

/** Name of the configuration. */
const CONFIG = 'rsyslog.conf';

/** rsyslog reads its configuration only when it starts. */
const ON_CHANGE = 'restart';

/** A process that runs rsyslog in place of the embedded program, with the same options. */
export const rsyslogProgram = (options: LogShipperOptions, place: PresetPlace): CommandProcess =>
  engineProcess(
    {
      options: engineFile({ ...engineOptions(options, place) }, ON_CHANGE),
      [CONFIG]: engineFile(rsyslogConfig(options), ON_CHANGE),
      ...Object.fromEntries(
        options.outputs.flatMap((output) =>
          output.kind === 'file'
            ? [[rotationFile(output.name), { content: rotationScript(output), mode: '0700' }]]
            : [],
        ),
      ),
    },
    { rsyslogd: { version: '>=8.2302', args: ['-v'] } },
  );

const engineOptions = (options: LogShipperOptions, place: PresetPlace): EngineProgramOptions => ({
  ...{ engine: 'rsyslog', name: options.name, pod: literal(place.pod), admin: options.admin },
  ...{ config: CONFIG, argumentsFile: null, accessLog: null, listeners: [], endpoints: [] },
  certificates: literal(place.certificates.folder),
  certificateFiles: certificatePlan(options),
  following: {
    // The second one is from the folder of the options, in that of the run.
    positions: `${options.positions ?? `../../../../positions/${options.name}`}/rsyslog`,
    noticesWithin: noticesWithin(options.reading),
  },
  drainTimeout: options.drain,
});
