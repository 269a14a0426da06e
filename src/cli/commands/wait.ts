import { type Command, Option } from 'commander';
import { type Awaited, CONDITIONS, judge, type WaitCondition } from '../../control/client/conditions.ts';
import type { RemotePod } from '../../control/client/remote-pod.ts';
import { processesNamed } from '../../control/client/resolve-name.ts';
import { type WaitOutcome, waitFor } from '../../control/client/wait-for.ts';
import type { PodSnapshot } from '../../control/pod-client.ts';
import { unknownProcessText } from '../../control/unknown-process.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { duration } from '../../report/phrases.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { NO_POD, POD_FAILED, TIMED_OUT, USAGE_ERROR } from '../exit-codes.ts';
import { seekPod, withPod, withPodOf } from '../locate-pod.ts';
import { addPodOptions, durationOption, type PodOptions } from '../options.ts';
import { print, printJson, progress } from '../print.ts';
import { TimeLimit } from '../time-limit.ts';
import { warn } from '../warn.ts';

interface WaitOptions extends PodOptions {
  readonly for: WaitCondition;
  readonly timeout?: Milliseconds;
  readonly json?: boolean;
}

export const addWait = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('wait'))
    .description('wait until processes reach a state, by default all that start with the pod')
    .argument(
      '[names...]',
      'processes; NAME=CONDITION waits for another condition than --for, as in web=started',
    )
    .addOption(
      new Option('--for <condition>', 'condition to wait for').choices(CONDITIONS).default('ready' as const),
    )
    .option('--timeout <duration>', 'exit with code 124 after this time (default: none)', durationOption)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES);
  command.action((names: readonly string[], options: WaitOptions) =>
    run(refusingRest(command, () => wait(names, options))),
  );
};

const wait = async (names: readonly string[], options: WaitOptions): Promise<number> => {
  const limit = new TimeLimit(options.timeout ?? null);
  const asked = names.map((name) => readCondition(name, options.for));
  const wrong = asked.indexOf(null);
  if (wrong !== -1) {
    warn(`unknown condition in '${names[wrong]}'; expected one of ${CONDITIONS.join(', ')}`);
    return USAGE_ERROR;
  }
  const awaited = asked.filter((one) => one !== null);
  const areAllStops = awaited.every(({ condition }) => condition === 'stopped');
  if (areAllStops && (awaited.length > 0 || options.for === 'stopped'))
    return waitForStop(awaited, options, limit);
  return withPod(options, (pod) => waitInPod(pod, awaited, options, limit), limit.forRequests);
};

/** A pod that is not there is stopped, also when it ends during the call. */
const waitForStop = async (
  awaited: readonly Awaited[],
  options: WaitOptions,
  limit: TimeLimit,
): Promise<number> => {
  const sought = seekPod(options);
  if (sought.kind === 'unknown') return sought.exitCode;
  const wait = (pod: RemotePod) => waitInPod(pod, awaited, options, limit);
  const code = sought.kind === 'none' ? null : await withPodOf(sought.record, wait, limit.forRequests);
  return code ?? printResult(null, awaited, 'holds', options);
};

const readCondition = (text: string, fallback: WaitCondition): Awaited | null => {
  const [process = '', given = fallback] = text.split('=');
  const condition = CONDITIONS.find((one) => one === given);
  return condition === undefined ? null : { process, condition };
};

const waitInPod = async (
  pod: RemotePod,
  given: readonly Awaited[],
  options: WaitOptions,
  limit: TimeLimit,
): Promise<number> => {
  const { processes } = pod.snapshot;
  const unknown = given.filter(({ process }) => processesNamed(processes, process).length === 0);
  if (unknown.length > 0) {
    const names = unknown.map(({ process }) => process);
    warn(unknownProcessText(names, processes));
    return USAGE_ERROR;
  }
  const meant = given.flatMap(({ process, condition }) =>
    processesNamed(processes, process).map((name) => ({ process: name, condition })),
  );
  const awaited = meant.length > 0 ? meant : allDesired(pod.snapshot, options.for);
  const { outcome, snapshot } = await waitFor(pod, decideFor(awaited), limit.left);
  return printResult(snapshot, awaited, outcome, options);
};

/** An app that has completed needs no wait. */
const allDesired = ({ processes, ended }: PodSnapshot, condition: WaitCondition): readonly Awaited[] => {
  const done = new Set(ended.filter(({ exitCode }) => exitCode === 0).map(({ app }) => app));
  return processes
    .filter(({ name, wanted }) => wanted && !done.has(name))
    .map(({ name }) => ({ process: name, condition }));
};

const decideFor = (awaited: readonly Awaited[]) => {
  let told = '';
  return (snapshot: PodSnapshot): 'holds' | 'never' | null => {
    const verdicts = awaited.map((one) => judge(snapshot, one));
    if (verdicts.includes('never')) return 'never';
    const open = awaited
      .filter((_, at) => verdicts[at] === 'waits')
      .map(describe)
      .join(', ');
    if (open === '') return 'holds';
    if (open !== told) progress(`waiting for ${open}`);
    told = open;
    return null;
  };
};

const describe = ({ process, condition }: Awaited): string => `${process} to be ${condition}`;

const EXIT_CODES = { holds: 0, never: POD_FAILED, gone: NO_POD, timeout: TIMED_OUT } as const;

const printResult = (
  snapshot: PodSnapshot | null,
  awaited: readonly Awaited[],
  outcome: WaitOutcome,
  { json, timeout }: WaitOptions,
): number => {
  const conditions = awaited.map((one) => {
    const process = snapshot?.processes.find(({ name }) => name === one.process);
    return { ...one, state: process?.state ?? null, why: process?.why ?? null };
  });
  if (json === true) printJson({ outcome, conditions });
  else if (outcome === 'holds') print(describeHeld(conditions));
  else warn(describeFailure(outcome, snapshot, conditions, timeout));
  return EXIT_CODES[outcome];
};

const describeHeld = (conditions: ReadonlyArray<Awaited & { readonly state: string | null }>): string => {
  if (conditions.length === 0) return 'no pod is running';
  // Without a running pod there are no states to show.
  return conditions.map(({ process, state }) => `${process} is ${state ?? 'stopped'}`).join('\n');
};

const describeFailure = (
  outcome: Exclude<WaitOutcome, 'holds'>,
  snapshot: PodSnapshot | null,
  conditions: ReadonlyArray<Awaited & { readonly state: string | null; readonly why: string | null }>,
  timeout: Milliseconds | undefined,
): string => {
  if (outcome === 'gone') return `the pod has ended: ${snapshot?.reason ?? 'reason unknown'}`;
  const open = conditions
    .filter((one) => snapshot === null || judge(snapshot, one) !== 'holds')
    .map((one) => `${describe(one)} (it is ${one.state}${one.why === null ? '' : `: ${one.why}`})`);
  const waited = `still waiting for ${open.join(', ')}`;
  return outcome === 'timeout'
    ? `timed out after ${duration(timeout ?? 0)}, ${waited}`
    : `cannot happen without intervention; ${waited}`;
};

const EXAMPLES = `
Exit code: 0 if all of them reached that state, 1 if one of them cannot, 3 if the pod has ended, 124 if it timed out.

Examples:
  $ sidecarctl wait
  $ sidecarctl wait redis web=started migrate=completed --timeout 30s
  $ sidecarctl wait worker --for stopped`;
