import type { PresetPlace } from '../../../config/expand/preset.ts';
import type { CommandProcess } from '../../../config/types.ts';
import type { CertificatePlan, EngineProgramOptions } from '../../../programs/engine/options.ts';
import type { LogShipperOptions } from '../../../programs/log-shipper/options.ts';
import { literal } from '../../embedded-program.ts';
import { clusterCas, clusterPem } from '../../engines/certificate-files.ts';
import { engineFile, engineProcess } from '../../engines/engine-process.ts';
import { rotationFile } from './actions.ts';
import { rsyslogConfig } from './config.ts';
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
  // The second one is from the folder of the options, in that of the run.
  positions: `${options.positions ?? `../../../../positions/${options.name}`}/rsyslog`,
  drainTimeout: options.drain,
});

const certificatePlan = ({ outputs }: LogShipperOptions): CertificatePlan => {
  const clients = outputs.flatMap((output) => {
    const tls = 'tls' in output ? output.tls : null;
    return tls === null ? [] : [{ name: output.name, client: tls.client }];
  });
  return {
    pairs: clients.flatMap(({ name, client: { certificate } }) =>
      certificate === null
        ? []
        : [{ file: clusterPem(name), of: certificate === 'local' ? { names: [] } : certificate }],
    ),
    authorities: clients.flatMap(({ name, client: { verify, ca } }) =>
      verify ? [{ file: clusterCas(name), of: ca === null ? ('public' as const) : { file: ca } }] : [],
    ),
  };
};
