import { isatty } from 'node:tty';
import {
  type KeptLine,
  type LineOfProcess,
  listKeptRuns,
  newestOf,
  processesOfRun,
  readKeptLines,
} from '../logs/kept-runs.ts';
import { withNearest } from '../model/nearest.ts';
import { CLOCK_WIDTH, clockSecond } from '../report/clock-time.ts';
import type { PodRecord } from '../runtime/state/pod-record.ts';
import { USAGE_ERROR } from './exit-codes.ts';
import { LogPrinter } from './log-printer.ts';
import type { LogsOptions, WantedLogs } from './logs-options.ts';
import { wantsColor } from './terminal.ts';
import { warn } from './warn.ts';

/** Prints the output of an earlier run, from its log files. */
export const printKept = (folder: string, running: PodRecord | null, wanted: WantedLogs): number => {
  const run = chooseRun(folder, running, wanted.options);
  if (run === null) return USAGE_ERROR;
  const known = processesOfRun(folder, run);
  const processes = wanted.names.length === 0 ? known : wanted.names;
  const missing = processes.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    const asked = missing.map((name) => withNearest(name, known)).join(', ');
    warn(`run ${run} has no output of ${asked}; it has output of ${known.join(', ')}`);
  }
  const lines = readLines(folder, run, processes, wanted);
  if (lines === null) return USAGE_ERROR;
  printLines(lines, run, processes, wanted);
  return missing.length > 0 ? USAGE_ERROR : 0;
};

/** Reads the newest lines of all processes; null, with a message on stderr, if their times are needed and not known. */
const readLines = (
  folder: string,
  run: string,
  processes: readonly string[],
  { since, grep, options }: WantedLogs,
): readonly LineOfProcess[] | null => {
  const ofAll = new Map<string, readonly KeptLine[]>();
  for (const process of processes) {
    const kept = readKeptLines(folder, process, run, since);
    if (kept === null) {
      warn(`the lines of ${process} in run ${run} have no times; leave out --since`);
      return null;
    }
    ofAll.set(process, grep === null ? kept : kept.filter(({ line }) => grep.test(line.toString())));
  }
  return newestOf(ofAll, options.lines);
};

const printLines = (
  lines: readonly LineOfProcess[],
  run: string,
  processes: readonly string[],
  { options }: WantedLogs,
): void => {
  const printer = new LogPrinter({
    processes,
    grep: null,
    json: options.json === true,
    color: wantsColor(1, options.color),
    isTerminal: isatty(1),
  });
  for (const { process, line, time } of lines) {
    const printed = { type: 'log', process, run, line: line.toString() };
    printer.print(printed, options.timestamps === true ? stampOf(time) : null);
  }
};

const stampOf = (time: number | null): string =>
  time === null ? ' '.repeat(CLOCK_WIDTH) : clockSecond(time);

/** Chooses a run; null, with a message on stderr, if there is none. */
const chooseRun = (
  folder: string,
  running: PodRecord | null,
  { run, previous }: LogsOptions,
): string | null => {
  const runs = listKeptRuns(folder);
  const known = runs.length === 0 ? 'none are kept' : `there are ${runs.join(', ')}`;
  if (run !== undefined) {
    const found = runs.find((one) => one === run || one.endsWith(`-${run}`));
    if (found === undefined) warn(`there is no run ${run}; ${known}`);
    return found ?? null;
  }
  const ended = runs.filter((one) => running === null || !one.endsWith(`-${running.runId}`));
  const isNewestOver = running === null && previous === true;
  const chosen = ended.at(isNewestOver ? -2 : -1);
  if (chosen === undefined) warn(`there is no output of an earlier run; ${known}`);
  return chosen ?? null;
};
