import type { Command } from 'commander';
import type { PodSnapshot } from '../../control/pod-client.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { storageFailureText } from '../../report/storage-failures.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, TIMED_OUT } from '../exit-codes.ts';
import { noPodText, seekPod } from '../locate-pod.ts';
import { addPodOptions, durationOption, type PodOptions } from '../options.ts';
import { print, printJson } from '../print.ts';
import { clearLeftovers, type Stopped, stopPod } from '../stop-pod.ts';
import { warn } from '../warn.ts';

interface DownOptions extends PodOptions {
  readonly grace?: Milliseconds;
  readonly timeout?: Milliseconds;
  readonly json?: boolean;
}

export const addDown = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('down'))
    .description('stop the running pod, and wait until it has stopped')
    .option('--grace <duration>', 'grace to use instead of the one in the config', durationOption)
    .option(
      '--timeout <duration>',
      'exit with code 124 if it has not stopped by then (default: grace, minimumGrace and 5s)',
      durationOption,
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: DownOptions, command: Command) => run(refusingRest(command, () => down(options))));
};

const down = async (options: DownOptions): Promise<number> => {
  const sought = seekPod(options);
  if (sought.kind === 'unknown') return sought.exitCode;
  const { key } = sought;
  if (sought.kind === 'none') {
    // The desired state is reached already.
    if (options.json === true) printJson({ wasRunning: false });
    else warn(noPodText(key));
    return cleared(key.configFile);
  }
  const stopped = await stopPod(sought.record, {
    grace: options.grace ?? null,
    timeout: options.timeout ?? null,
  });
  printResult(stopped, options);
  if (stopped.stillRuns !== null) return TIMED_OUT;
  if (stopped.last !== null && printSurvivors(stopped.last)) return POD_FAILED;
  return stopped.last?.state === 'stopped' ? 0 : cleared(key.configFile);
};

/** Also ends processes that outlived a supervisor and its guard: 0 means that nothing runs any more. */
const cleared = async (configFile: string): Promise<number> => {
  const failures = await clearLeftovers(configFile);
  for (const failure of failures) warn(storageFailureText(failure));
  return failures.length === 0 ? 0 : POD_FAILED;
};

/** Returns true if some processes of the pod could not be ended. */
const printSurvivors = ({ processes }: PodSnapshot): boolean => {
  const left = processes.filter(({ survivors }) => survivors.length > 0);
  for (const { name, why } of left) warn(`${name}: ${why ?? 'some of its processes could not be ended'}`);
  return left.length > 0;
};

const printResult = ({ record: { name, pid }, last, stillRuns }: Stopped, { json }: DownOptions): void => {
  const exitCode = last?.exitCode ?? null;
  const reason = last?.reason ?? null;
  if (json === true)
    printJson({
      wasRunning: true,
      name,
      exitCode,
      reason,
      ...(stillRuns === null ? {} : { stillRuns: true, pid }),
    });
  if (stillRuns !== null) warn(stillRuns);
  else if (json !== true)
    print(`pod ${name} has stopped${exitCode === null ? '' : `, exit code ${exitCode}`}`);
};

const EXAMPLES = `
The pod is asked to stop; a supervisor that cannot be asked, or does not answer, gets SIGTERM. Exit code: 0 if nothing of
the pod is running, even if there was no pod; 1 if some processes could not be ended, which are listed; 124 if it timed
out.

Examples:
  $ sidecarctl down
  $ sidecarctl down --grace 2s
  $ sidecarctl down --name blue`;
