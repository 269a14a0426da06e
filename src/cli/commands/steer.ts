import { type Command, Option } from 'commander';
import { type Awaited, judge } from '../../control/client/conditions.ts';
import type { RemotePod } from '../../control/client/remote-pod.ts';
import { processesNamed } from '../../control/client/resolve-name.ts';
import { waitFor } from '../../control/client/wait-for.ts';
import type { PodRequest, PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import { unknownProcessText } from '../../control/unknown-process.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { duration } from '../../report/phrases.ts';
import type { PodRecord } from '../../runtime/state/pod-record.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { NO_POD, POD_FAILED, TIMED_OUT, USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { nameCommand } from '../name-command.ts';
import { addPodOptions, durationOption, type PodOptions } from '../options.ts';
import { print, printJson, progress } from '../print.ts';
import { TimeLimit } from '../time-limit.ts';
import { warn } from '../warn.ts';

interface SteerOptions extends PodOptions {
  readonly timeout: Milliseconds;
  readonly all?: boolean;
  readonly json?: boolean;
}

type Verb = 'start' | 'stop' | 'restart';

const DEFAULT_TIMEOUT_MS = 60_000;

const DESCRIPTIONS: Readonly<Record<Verb, string>> = {
  start: 'start processes and their dependencies, and wait until they are ready',
  stop: 'stop processes, and wait until they have stopped; they stay down until you start them',
  restart: 'restart processes, re-reading their env files, and wait until they are ready',
};

/** `start`, `stop` and `restart`: sends a request for each name, and prints the result. */
export const addSteering = (program: Command, run: CommandRunner): void => {
  for (const verb of ['start', 'stop', 'restart'] as const) {
    const command = addPodOptions(program.command(verb))
      .description(DESCRIPTIONS[verb])
      .argument('[names...]', 'processes, or apps (all instances of their primary)')
      .addOption(
        new Option('--timeout <duration>', 'how long to wait')
          .argParser(durationOption)
          .default(DEFAULT_TIMEOUT_MS, '60s'),
      )
      .option('--json', 'print one JSON object')
      .addHelpText('after', examplesOf(verb));
    if (verb === 'restart') command.option('--all', 'restart every process that is up');
    command.action((names: readonly string[], options: SteerOptions) =>
      run(refusingRest(command, () => steer(verb, names, options))),
    );
  }
};

const steer = async (verb: Verb, names: readonly string[], options: SteerOptions): Promise<number> => {
  if (names.length === 0 && options.all !== true) {
    warn(`'${verb}' needs the names of processes, as in 'sidecarctl ${verb} web'`);
    return USAGE_ERROR;
  }
  const limit = new TimeLimit(options.timeout);
  // No request is sent if one of the names is wrong.
  const ask = async (pod: RemotePod, record: PodRecord): Promise<number> => {
    const before = pod.snapshot;
    if (!areKnown(before, names)) return USAGE_ERROR;
    const meant = options.all === true ? allUp(before) : meantBy(before, names);
    const refused = await requestAll(pod, verb, meant, options.all === true);
    if (refused !== null) {
      warn(refused);
      return POD_FAILED;
    }
    return waitForAll(pod, {
      verb,
      names: meant,
      before,
      limit,
      timeout: options.timeout,
      json: options.json === true,
      status: nameCommand('status', record),
    });
  };
  return withPod(options, ask, limit.forRequests);
};

const allUp = ({ processes }: PodSnapshot): readonly string[] =>
  processes.filter(isUp).map(({ name }) => name);

const meantBy = ({ processes }: PodSnapshot, names: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => processesNamed(processes, name))),
];

/** Reports unknown names. */
const areKnown = ({ processes }: PodSnapshot, names: readonly string[]): boolean => {
  const unknown = names.filter((name) => processesNamed(processes, name).length === 0);
  if (unknown.length === 0) return true;
  warn(unknownProcessText(unknown, processes));
  return false;
};

const isUp = ({ pid, state }: ProcessSnapshot): boolean => pid !== null || state === 'backoff';

/** Sends the requests; returns the reason if one is refused, or null. */
const requestAll = async (
  pod: RemotePod,
  verb: Verb,
  names: readonly string[],
  all: boolean,
): Promise<string | null> => {
  const requests: readonly PodRequest[] = all
    ? [{ type: 'restart-all' }]
    : names.map((process) => ({ type: verb, process }));
  for (const request of requests) {
    const outcome = await pod.request(request);
    if (!outcome.ok) return outcome.message;
  }
  return null;
};

interface Steering {
  readonly verb: Verb;
  readonly names: readonly string[];
  readonly before: PodSnapshot;
  readonly limit: TimeLimit;
  readonly timeout: Milliseconds;
  readonly json: boolean;
  /** Command that shows the further progress. */
  readonly status: string;
}

const waitForAll = async (
  pod: RemotePod,
  { verb, names, before, limit, timeout, json, status }: Steering,
): Promise<number> => {
  const condition = verb === 'stop' ? 'stopped' : 'ready';
  const awaited: readonly Awaited[] = names.map((process) => ({ process, condition }));
  let told = '';
  const { outcome, snapshot } = await waitFor(
    pod,
    (seen) => {
      const verdicts = awaited.map((one) =>
        isUnmoved(verb, seen, before, one.process) ? 'waits' : judge(seen, one),
      );
      const open = names.filter((_, at) => verdicts[at] === 'waits').join(', ');
      if (open !== '' && open !== told) progress(`waiting for ${open}`);
      told = open;
      if (verdicts.includes('never')) return 'never';
      return verdicts.every((verdict) => verdict === 'holds') ? 'holds' : null;
    },
    limit.left,
  );
  printResult(snapshot, names, outcome, { timeout, json, status });
  return EXIT_CODES[outcome];
};

const EXIT_CODES = { holds: 0, never: POD_FAILED, gone: NO_POD, timeout: TIMED_OUT } as const;

/** True while the effect of the request is not visible yet. */
const isUnmoved = (verb: Verb, seen: PodSnapshot, before: PodSnapshot, name: string): boolean => {
  if (verb === 'stop') return false;
  return verb === 'restart' ? isStillOld(seen, before, name) : isStillOver(seen, before, name);
};

/** True while the end before the start is still the current one. */
const isStillOver = (snapshot: PodSnapshot, before: PodSnapshot, name: string): boolean => {
  const [old, now] = [before, snapshot].map(({ processes }) => processes.find((one) => one.name === name));
  return (now?.state === 'failed' || now?.state === 'completed') && now.since === old?.since;
};

/** True while the run before the restart is still the current one. */
const isStillOld = (snapshot: PodSnapshot, before: PodSnapshot, name: string): boolean => {
  const [old, now] = [before, snapshot].map(({ processes }) => processes.find((one) => one.name === name));
  if (now?.state === 'failed' || now?.state === 'completed') return now.since === old?.since;
  return now?.launchedAt === null || now?.launchedAt === old?.launchedAt;
};

const printResult = (
  { processes }: PodSnapshot,
  names: readonly string[],
  outcome: keyof typeof EXIT_CODES,
  { timeout, json, status }: Pick<Steering, 'timeout' | 'json' | 'status'>,
): void => {
  const meant = processes.filter(({ name }) => names.includes(name));
  if (json) {
    printJson({ outcome, processes: meant.map(({ name, state, pid, why }) => ({ name, state, pid, why })) });
    return;
  }
  for (const { name, state, pid, why } of meant)
    print(`${name} is ${state}${pid === null ? '' : ` (pid ${pid})`}${why === null ? '' : `: ${why}`}`);
  if (outcome === 'timeout') warn(`timed out after ${duration(timeout)}; see ${status}`);
  if (outcome === 'gone') warn('the pod has ended in the meantime');
};

const examplesOf = (verb: Verb): string => `
Exit code: 0 if all of them got there, 1 if one of them cannot, 2 for an unknown name (then nothing is done), 3 if the pod
has ended, 124 if it timed out.

Examples:
  $ sidecarctl ${verb} redis
  $ sidecarctl ${verb} redis worker --timeout 10s${verb === 'restart' ? '\n  $ sidecarctl restart --all' : ''}`;
