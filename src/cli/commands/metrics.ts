import { type Command, InvalidArgumentError } from 'commander';
import type { PodSnapshot } from '../../control/pod-snapshot.ts';
import { withNearest } from '../../model/nearest.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { askMetrics, askMetricsRange, type MetricRange } from '../../observe/ask-prometheus.ts';
import { absenceSentence, failureSentence } from '../../observe/failure-text.ts';
import { type FoundSidecar, findSidecar } from '../../observe/find-sidecar.ts';
import type { JsonFailure } from '../../observe/get-json.ts';
import { askProcessMetrics, type MetricHistory } from '../../observe/process-metrics.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { historyTable, processTable, seriesTable } from '../metrics/metric-tables.ts';
import { addPodOptions, durationOption, type PodOptions } from '../options.ts';
import { answerWidth } from '../paint.ts';
import { printJson, printRaw } from '../print.ts';
import { warn } from '../warn.ts';

interface MetricsOptions extends PodOptions {
  readonly query?: string;
  readonly range?: Milliseconds;
  readonly from?: string;
  readonly json?: boolean;
}

const RANGE: Milliseconds = 15 * 60_000;

/** A sparkline has as many columns. */
const POINTS = 60;

export const addMetrics = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('metrics'))
    .description('show what a prometheus sidecar knows of the processes, or ask it')
    .argument('[name]', 'process to show over time (default: all, as they are now)')
    .option('--query <query>', 'ask in PromQL')
    .option('--range <duration>', 'time up to now to show (default: 15m; with --query: now)', rangeOption)
    .option('--from <process>', 'prometheus sidecar, if the pod has several')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES);
  command.action((name: string | undefined, options: MetricsOptions) =>
    run(refusingRest(command, () => metrics(name, options))),
  );
};

const rangeOption = (text: string): Milliseconds => {
  const range = durationOption(text);
  if (range > 0) return range;
  throw new InvalidArgumentError('Expected a time above 0.');
};

const metrics = async (name: string | undefined, options: MetricsOptions): Promise<number> => {
  if (name !== undefined && options.query !== undefined) {
    warn(`--query is for all processes: leave ${name} out, and name it in the query`);
    return USAGE_ERROR;
  }
  return withPod(options, async ({ snapshot }) => {
    const found = findSidecar(snapshot, { use: 'prometheus', port: 'http', name: options.from });
    if (!found.ok) {
      warn(absenceSentence(found.absence));
      return found.absence.kind === 'not-ready' ? POD_FAILED : USAGE_ERROR;
    }
    if (options.query !== undefined) return ask(found, options.query, options);
    return name === undefined
      ? showAll(found, snapshot, options)
      : showOne(found, name, { ...options, snapshot });
  });
};

const rangeBack = (range: Milliseconds): MetricRange => {
  const end = Date.now();
  return { start: end - range, end, step: Math.max(1_000, Math.ceil(range / POINTS)) };
};

const ask = async (
  at: FoundSidecar,
  query: string,
  { range, json }: Pick<MetricsOptions, 'range' | 'json'>,
): Promise<number> => {
  const answer =
    range === undefined ? await askMetrics(at, query) : await askMetricsRange(at, query, rangeBack(range));
  if (!answer.ok) return failed(at, answer.failure);
  if (json === true) printJson({ query, series: answer.value });
  else if (answer.value.length === 0) printRaw(`${at.process} has no such series`);
  else for (const line of seriesTable(answer.value, answerWidth())) printRaw(line);
  return 0;
};

const showOne = async (
  at: FoundSidecar,
  name: string,
  { snapshot, range, json }: MetricsOptions & { readonly snapshot: PodSnapshot },
): Promise<number> => {
  const names = snapshot.processes.map((process) => process.name);
  if (!names.includes(name)) {
    warn(`there is no process ${withNearest(name, names)}; there is ${names.join(', ')}`);
    return USAGE_ERROR;
  }
  const answer = await askProcessMetrics(at, name, rangeBack(range ?? RANGE));
  if (!answer.ok) return failed(at, answer.failure);
  if (json === true) printJson({ processes: [{ process: name, metrics: answer.value }] });
  else if (answer.value.length === 0) printRaw(noneText(at, name));
  else for (const line of historyTable(answer.value, answerWidth())) printRaw(line);
  return 0;
};

const showAll = async (
  at: FoundSidecar,
  { processes }: PodSnapshot,
  { range, json }: MetricsOptions,
): Promise<number> => {
  const found: { readonly process: string; readonly metrics: readonly MetricHistory[] }[] = [];
  for (const { name } of processes) {
    const answer = await askProcessMetrics(at, name, rangeBack(range ?? RANGE));
    if (!answer.ok) return failed(at, answer.failure);
    found.push({ process: name, metrics: answer.value });
  }
  if (json === true) printJson({ processes: found });
  else if (found.every(({ metrics: all }) => all.length === 0)) printRaw(noneText(at, 'any process'));
  else for (const line of processTable(found, answerWidth())) printRaw(line);
  return 0;
};

const noneText = ({ process }: FoundSidecar, of: string): string =>
  `${process} has none of these metrics of ${of}: add a monitor, such as watch: { use: 'monitor' }, or ask with --query`;

/** A query that cannot be answered is a mistake of the caller's. */
const failed = ({ process }: FoundSidecar, failure: JsonFailure): number => {
  warn(failureSentence(process, failure));
  return failure.kind === 'status' && failure.status >= 400 && failure.status < 500
    ? USAGE_ERROR
    : POD_FAILED;
};

const EXAMPLES = `
A pod keeps metrics with a ready-made sidecar: prom: { use: 'prometheus' }. A monitor beside it tells of CPU, memory,
descriptors and restarts of every process; an ambassador or telemetry tells of requests, errors (answers from 500) and how
long they took: rates, and the times within which half of the requests, or 95 % of them, were answered, are of the last
minute. What nobody tells is left out.

Exit code: 0 if it was printed, 1 if the sidecar is not ready or does not answer, 2 for a wrong name or query, or without a
prometheus sidecar in the pod, 3 if no pod is running.

Examples:
  $ sidecarctl metrics
  $ sidecarctl metrics web --range 1h
  $ sidecarctl metrics --query 'rate(http_requests_total[1m])'
  $ sidecarctl metrics --query up --range 5m
  $ sidecarctl metrics --json | jq '.processes[].process'`;
