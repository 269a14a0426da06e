import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { PodGone } from '../../control/client/connection.ts';
import { RemotePod } from '../../control/client/remote-pod.ts';
import type { PodSnapshot } from '../../control/pod-client.ts';
import type { Milliseconds } from '../../core/pod-spec.ts';
import { findPod, type PodRecord } from '../../runtime/pod-record.ts';
import { presenceOf } from '../../runtime/process-tree/process-identity.ts';
import { type Act, refusingRest } from '../act.ts';
import { complain } from '../complain.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { locateConfig, noPodText } from '../locate-pod.ts';
import { addPodOptions, durationOption, type PodOptions } from '../options.ts';
import { print, printJson, progress } from '../print.ts';

interface DownOptions extends PodOptions {
  readonly grace?: Milliseconds;
  readonly json?: boolean;
}

const BETWEEN_LOOKS_MS = 10;

export const addDown = (program: Command, act: Act): void => {
  addPodOptions(program.command('down'))
    .description('stop the pod that runs for this config, and wait until it has gone')
    .option('--grace <duration>', 'in place of the grace in the config', durationOption)
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: DownOptions, command: Command) => act(refusingRest(command, () => down(options))));
};

const down = async (options: DownOptions): Promise<number> => {
  const configFile = locateConfig(options);
  if (configFile === null) return USAGE_ERROR;
  const key = { configFile, label: options.name ?? null };
  const record = findPod(key);
  if (record === null) {
    // What is asked for is so already.
    if (options.json === true) printJson({ wasRunning: false });
    else complain(noPodText(configFile, key.label));
    return 0;
  }
  const last = await stopPod(record, options.grace ?? null);
  while (findPod(key)?.runId === record.runId) await setTimeout(BETWEEN_LOOKS_MS);
  while (presenceOf(record) === 'alive') await setTimeout(BETWEEN_LOOKS_MS);
  tell(record, last, options);
  return 0;
};

/** The last that was heard of the pod; null: it went before it could be asked. */
const stopPod = async (record: PodRecord, grace: Milliseconds | null): Promise<PodSnapshot | null> => {
  try {
    await using pod = await RemotePod.open(record.socket);
    pod.onChange(() => progress(describeStop(pod.snapshot)));
    await pod.request({ type: 'stop-pod', grace, by: 'sidecarctl down' });
    await pod.gone;
    return pod.snapshot;
  } catch (error) {
    if (!(error instanceof PodGone)) throw error;
    return null;
  }
};

const describeStop = ({ name, processes }: PodSnapshot): string => {
  const left = processes.filter(({ pid }) => pid !== null).map((process) => process.name);
  return left.length === 0 ? `pod ${name} has stopped` : `pod ${name} stops: waiting for ${left.join(', ')}`;
};

const tell = ({ name }: PodRecord, last: PodSnapshot | null, { json }: DownOptions): void => {
  const exitCode = last?.exitCode ?? null;
  if (json === true) printJson({ wasRunning: true, name, exitCode, reason: last?.reason ?? null });
  else print(`pod ${name} has stopped${exitCode === null ? '' : `, exit code ${exitCode}`}`);
};

const EXAMPLES = `
Exit code 0, also when no pod runs.

Examples:
  $ sidecarctl down
  $ sidecarctl down --grace 2s
  $ sidecarctl down --name blue`;
