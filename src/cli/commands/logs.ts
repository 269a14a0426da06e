import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import { parseDuration } from '../../config/schema/duration.ts';
import { Connection } from '../../control/client/connection.ts';
import type { RemotePod } from '../../control/client/remote-pod.ts';
import { processesNamed } from '../../control/client/resolve-name.ts';
import { logsOf } from '../../control/log-names.ts';
import type { LogLineJson, MissedLine } from '../../control/protocol.ts';
import { unknownProcessText } from '../../control/unknown-process.ts';
import { listKeptRuns } from '../../logs/kept-runs.ts';
import { errorMessage } from '../../model/error-message.ts';
import { clockTime } from '../../report/clock-time.ts';
import type { PodRecord } from '../../runtime/state/pod-record.ts';
import { keptFolderPath, stateFolderPath } from '../../runtime/state/state-folder.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { NO_POD, USAGE_ERROR } from '../exit-codes.ts';
import { printKept } from '../kept-logs.ts';
import { noPodText, seekPod, withPod } from '../locate-pod.ts';
import { LogPrinter } from '../log-printer.ts';
import type { LogsOptions, WantedLogs } from '../logs-options.ts';
import { addPodOptions, countOption } from '../options.ts';
import { wantsColor } from '../terminal.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { warn } from '../warn.ts';

/** Number of lines that the supervisor keeps in memory for each process. */
const ALL_IN_MEMORY = 10_000;

export const addLogs = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('logs'))
    .description('print the output of processes, by default of all, in the order it was written')
    .argument('[names...]', 'processes, and commands beside them (web.migrate)')
    .option('-n, --lines <count>', 'print the last lines only', countOption, 100)
    .option('-f, --follow', 'keep following new output until the pod ends')
    .option('--since <time>', "only lines since then, such as '10m' or '2026-11-20T10:00:00Z'")
    .option('--grep <regex>', 'only lines that match')
    .option('--run <id>', 'print an earlier run, from its log files')
    .option('--previous', 'print the run before the newest, from its log files')
    .option('-t, --timestamps', 'put the local time before each line')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', EXAMPLES);
  command.action((names: readonly string[], options: LogsOptions) =>
    run(refusingRest(command, () => logs(names, options))),
  );
};

const logs = async (names: readonly string[], options: LogsOptions): Promise<number> => {
  const since = options.since === undefined ? null : readTime(options.since);
  const grep = options.grep === undefined ? null : readPattern(options.grep);
  if (since === undefined || grep === undefined) return USAGE_ERROR;
  const sought = seekPod(options);
  if (sought.kind === 'unknown') return sought.exitCode;
  const { key } = sought;
  const running = sought.kind === 'pod' ? sought.record : null;
  const fromFiles = options.run !== undefined || options.previous === true;
  const wanted = { names, since, grep, options };
  if (!fromFiles && running !== null)
    return withPod(options, (pod, record) => printLive(pod, record, wanted));
  if (options.follow === true) {
    warn(fromFiles ? 'an earlier run has nothing to follow' : noPodText(key));
    return fromFiles ? USAGE_ERROR : NO_POD;
  }
  const folder = keptFolderPath(stateFolderPath(dirname(key.configFile)), 'logs', key.label);
  if (running === null && listKeptRuns(folder).length === 0) {
    warn(`${noPodText(key)}; no output of an earlier run is kept`);
    return USAGE_ERROR;
  }
  return printKept(folder, running, wanted);
};

/** Parses a time; undefined, with a message on stderr, if it is invalid. */
const readTime = (text: string): number | undefined => {
  const ms = parseDuration(text);
  const time = ms === null ? Date.parse(text) : Date.now() - ms;
  if (!Number.isNaN(time)) return time;
  warn(`--since ${text}: expected a duration such as '10m', or a time such as '2026-11-20T10:00:00Z'`);
  return undefined;
};

const readPattern = (text: string): RegExp | undefined => {
  try {
    return new RegExp(text);
  } catch (error) {
    warn(`--grep ${text}: ${errorMessage(error)}`);
    return undefined;
  }
};

const printerFor = (processes: readonly string[], { grep, options }: WantedLogs) =>
  new LogPrinter({
    processes,
    grep,
    json: options.json === true,
    color: wantsColor(1, options.color),
    isTerminal: isatty(1),
  });

const timeOf = ({ time }: LogLineJson, { options }: WantedLogs): string | null =>
  options.timestamps === true ? clockTime(Date.parse(time)) : null;

const printLive = async (pod: RemotePod, record: PodRecord, wanted: WantedLogs): Promise<number> => {
  const { since, grep, options } = wanted;
  const { processes } = pod.snapshot;
  const known = logsOf(pod.snapshot);
  const logsNamed = (name: string) => (known.includes(name) ? [name] : processesNamed(processes, name));
  const names = wanted.names.flatMap(logsNamed);
  const unknown = wanted.names.filter((name) => logsNamed(name).length === 0);
  if (unknown.length > 0) {
    warn(unknownProcessText(unknown, processes));
    return USAGE_ERROR;
  }
  const printer = printerFor(names.length === 0 ? known : names, wanted);
  const isFiltered = since !== null || grep !== null;
  const which = names.map((name) => `&process=${name}`).join('');
  const connection = new Connection(record.socket);
  const backlog: LogLineJson[] = [];
  let seq = 0;
  const tail = isFiltered ? ALL_IN_MEMORY * known.length : options.lines;
  await connection.read(`logs?tail=${tail}${which}`, new AbortController().signal, (line: Line) => {
    if (line.type === 'missed') return;
    seq = line.seq;
    if ((since === null || Date.parse(line.time) >= since) && printer.matches(line)) backlog.push(line);
  });
  for (const line of options.lines === 0 ? [] : backlog.slice(-options.lines))
    printer.print(line, timeOf(line, wanted));
  if (options.follow !== true) {
    printer.end();
    return 0;
  }
  const from = backlog.length === 0 && seq === 0 ? 'tail=0' : `since=${seq}`;
  await connection.follow(`logs?follow=1&${from}${which}`, untilInterrupted(), (line: Line) => {
    if (line.type === 'missed')
      warn(`${line.count} lines are missing, as they were written faster than they were read`);
    else printer.print(line, timeOf(line, wanted));
  });
  printer.end();
  return 0;
};

type Line = LogLineJson | MissedLine;

const EXAMPLES = `
If no pod is running, the log files of the newest run are printed. Their times are accurate to the second: --since,
--timestamps and the order of lines of different processes.

Examples:
  $ sidecarctl logs -n 20
  $ sidecarctl logs web redis -f
  $ sidecarctl logs web --since 10m --grep 'ERR|WARN'
  $ sidecarctl logs -t --previous
  $ sidecarctl logs web -n 1000 --json | jq -r .line`;
