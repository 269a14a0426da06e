import { type Command, InvalidArgumentError } from 'commander';
import { Connection } from '../../control/client/connection.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { askTrace, askTraceLogs, askTraces, type TraceFilter } from '../../observe/ask-telemetry.ts';
import { absenceSentence, failureSentence } from '../../observe/failure-text.ts';
import { type FoundSidecar, findSidecar } from '../../observe/find-sidecar.ts';
import type { JsonFailure } from '../../observe/get-json.ts';
import { mergeLogs, type TraceLog } from '../../observe/trace-logs.ts';
import type { Trace } from '../../programs/telemetry/api.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, countOption, durationOption, type PodOptions } from '../options.ts';
import { answerWidth, painter } from '../paint.ts';
import { printJson, printRaw } from '../print.ts';
import { logLines, outputLinesOf } from '../traces/trace-logs.ts';
import { traceTable } from '../traces/trace-table.ts';
import { waterfallLines } from '../traces/waterfall-lines.ts';
import { warn } from '../warn.ts';

interface TracesOptions extends PodOptions {
  readonly service?: string;
  readonly minDuration?: Milliseconds;
  readonly error?: boolean;
  readonly limit?: number;
  readonly attributes?: boolean;
  readonly from?: string;
  readonly json?: boolean;
}

const MOST_TRACES = 10_000;

/** Log records of a trace that are asked for. */
const MOST_LOGS = 1_000;

export const addTraces = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('traces'))
    .description('list the traces that a telemetry sidecar has, or show one with its log lines')
    .argument('[id]', 'trace to show: its id, or a beginning that only one has', idArgument)
    .option('--service <service>', 'only traces with spans of this service')
    .option('--min-duration <duration>', 'only traces that took at least as long', durationOption)
    .option('--error', 'only traces with an error')
    .option('--limit <count>', 'list the newest only (default: 20)', limitOption)
    .option('--attributes', 'show the attributes and events of every span')
    .option('--from <process>', 'telemetry sidecar, if the pod has several')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES);
  command.action((id: string | undefined, options: TracesOptions) =>
    run(refusingRest(command, () => traces(id, options))),
  );
};

const idArgument = (id: string): string => {
  if (/^[\da-f]{1,32}$/i.test(id)) return id.toLowerCase();
  throw new InvalidArgumentError('Expected up to 32 hexadecimal digits.');
};

const limitOption = (text: string): number => {
  const limit = countOption(text);
  if (limit >= 1 && limit <= MOST_TRACES) return limit;
  throw new InvalidArgumentError(`Expected a number from 1 to ${MOST_TRACES}.`);
};

const traces = async (id: string | undefined, options: TracesOptions): Promise<number> => {
  const misplaced = id === undefined ? inPlaceOfList(options) : inPlaceOfTrace(options);
  if (misplaced !== null) {
    warn(misplaced);
    return USAGE_ERROR;
  }
  return withPod(options, async ({ snapshot }, { socket }) => {
    const found = findSidecar(snapshot, { use: 'telemetry', name: options.from });
    if (!found.ok) {
      warn(absenceSentence(found.absence));
      return found.absence.kind === 'not-ready' ? POD_FAILED : USAGE_ERROR;
    }
    if (id === undefined) return list(found, options);
    return show(found, id, { ...options, socket, processes: snapshot.processes.length });
  });
};

const inPlaceOfList = ({ attributes }: TracesOptions): string | null =>
  attributes === true ? '--attributes is for one trace: name its id' : null;

const inPlaceOfTrace = (options: TracesOptions): string | null => {
  const given = (['service', 'minDuration', 'error', 'limit'] as const).find(
    (name) => options[name] !== undefined,
  );
  return given === undefined ? null : `--${OPTION_NAMES[given]} is for the list, and not for one trace`;
};

const OPTION_NAMES = {
  ...{ service: 'service', minDuration: 'min-duration', error: 'error', limit: 'limit' },
} as const;

const list = async (at: FoundSidecar, options: TracesOptions): Promise<number> => {
  const { service, minDuration, error, limit = 20 } = options;
  const filter: TraceFilter = { service, minDuration, error, limit };
  const answer = await askTraces(at, filter);
  if (!answer.ok) return failed(at, answer.failure);
  const found = answer.value.traces;
  if (options.json === true) printJson(answer.value);
  else if (found.length === 0) printRaw(noneText(at, filter));
  else for (const line of traceTable(found, answerWidth(), painter(options))) printRaw(line);
  return 0;
};

const noneText = ({ process }: FoundSidecar, { service, minDuration, error }: TraceFilter): string =>
  service === undefined && minDuration === undefined && error === undefined
    ? `${process} has no traces yet: they come from an ambassador or an egress, and from apps with OpenTelemetry`
    : `${process} has no such traces`;

interface ShowOptions extends TracesOptions {
  readonly socket: string;
  readonly processes: number;
}

const show = async (at: FoundSidecar, id: string, options: ShowOptions): Promise<number> => {
  const answer = await askTrace(at, id);
  if (!answer.ok) return failed(at, answer.failure);
  const trace = answer.value;
  const records = await askTraceLogs(at, trace.traceId, MOST_LOGS);
  if (!records.ok) return failed(at, records.failure);
  const lines = await outputLinesOf(new Connection(options.socket), trace.traceId, options.processes);
  const logs = mergeLogs(records.value.logs, lines);
  if (options.json === true) printJson({ trace, logs });
  else printTrace(trace, logs, options);
  return 0;
};

const printTrace = (trace: Trace, logs: readonly TraceLog[], options: TracesOptions): void => {
  const [width, paint] = [answerWidth(), painter(options)];
  const withAttributes = options.attributes === true;
  for (const line of waterfallLines(trace, { width, paint, withAttributes })) printRaw(line);
  if (logs.length > 0) printRaw('');
  for (const line of logLines(logs, width, paint)) printRaw(line);
};

/** A wrong id is a mistake of the caller's. */
const failed = ({ process }: FoundSidecar, failure: JsonFailure): number => {
  warn(failureSentence(process, failure));
  return failure.kind === 'status' && failure.status >= 400 && failure.status < 500
    ? USAGE_ERROR
    : POD_FAILED;
};

const EXAMPLES = `
A pod keeps traces with a ready-made sidecar: telemetry: { use: 'telemetry' }. The list is newest first. A trace is shown as
a waterfall, with the log records that were sent for it and the newest lines of output that have its id in them below.

Exit code: 0 if it was printed, 1 if the sidecar is not ready or does not answer, 2 if there is no such trace, or no
telemetry sidecar in the pod, 3 if no pod is running.

Examples:
  $ sidecarctl traces
  $ sidecarctl traces --error --service web --min-duration 250ms
  $ sidecarctl traces 4bf92f3577b3
  $ sidecarctl traces 4bf92f3577b3 --attributes
  $ sidecarctl traces --json | jq -r '.traces[].traceId'`;
