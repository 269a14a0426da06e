import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { PodClient, ProcessSnapshot } from '../control/pod-client.ts';
import { MARKS, stateStyle } from './screens/state-mark.ts';
import { cleanLine } from './text/clean-line.ts';
import { count } from './text/format.ts';
import { render, span } from './text/styled.ts';
import type { Theme } from './theme.ts';

const LAST_LINES = 20;

/**
 * The text that stays on the screen when the dashboard has closed: how each process ended, the last lines of failed
 * ones, and the paths of the logs relative to `folder`.
 */
export const summaryOf = (client: PodClient, theme: Theme, folder: string): string => {
  const { name, exitCode, reason, processes } = client.snapshot;
  const longest = Math.max(...processes.map((process) => process.name.length), 0);
  const end = `pod ${name} has stopped${reason === null ? '' : `: ${reason}`}, exit code ${exitCode ?? 0}`;
  const failed = processes.filter(isFailure).flatMap((process) => lastWords(process, client, theme));
  return [
    render([span(end)]),
    ...processes.map((process) => row(process, longest, theme)),
    ...processes.flatMap(leftOf),
    ...failed,
    ...logFiles(processes, longest, folder),
    '',
  ].join('\n');
};

const row = ({ name, state, lastExit, restarts }: ProcessSnapshot, longest: number, theme: Theme): string =>
  render([
    span('  '),
    span(`${MARKS[state]} ${name.padEnd(longest)}  ${state.padEnd(9)}`, stateStyle(state, theme)),
    span(`  ${lastExit?.text ?? ''}${restarts === 0 ? '' : `  (${count(restarts, 'restart')})`}`),
  ]);

/** Processes that could not be ended, and what to do about them. */
const leftOf = ({ name, why, survivors }: ProcessSnapshot): readonly string[] =>
  survivors.length === 0 || why === null ? [] : [`left over from ${name}: ${why}`];

/** One pattern that a shell expands to all log files, which have the same base name. */
const logFiles = (
  processes: readonly ProcessSnapshot[],
  longest: number,
  folder: string,
): readonly string[] => {
  const files = processes.flatMap(({ name, logFile }) => (logFile === null ? [] : [{ name, logFile }]));
  const common = new Set(files.map(({ name, logFile }) => commonPath(name, logFile)));
  const [only] = common;
  if (only === undefined) return [];
  if (common.size === 1 && only !== null && files.length > 1)
    return [render([span(`logs in ${seenFrom(folder, only)}`)])];
  return [
    'logs',
    ...files.map(({ name, logFile }) =>
      render([span(`  ${name.padEnd(longest)}  ${seenFrom(folder, logFile)}`)]),
    ),
  ];
};

/** Pattern for a log file, or null if it is not in a folder of its process. */
const commonPath = (name: string, logFile: string): string | null => {
  const own = dirname(logFile);
  return basename(own) === name ? join(dirname(own), '*', basename(logFile)) : null;
};

const seenFrom = (folder: string, path: string): string => {
  const seen = relative(folder, path);
  return seen.startsWith('..') || isAbsolute(seen) ? path : seen;
};

/** True if it ended by itself with a failure. */
const isFailure = ({ state, lastExit }: ProcessSnapshot): boolean =>
  state === 'failed' || (state === 'stopped' && lastExit?.code !== null && (lastExit?.code ?? 0) > 0);

/** A crash that was repeated is told once: the lines of earlier runs are left out, if the last run has written any. */
const lastWords = (
  { name, lastExit }: ProcessSnapshot,
  client: PodClient,
  theme: Theme,
): readonly string[] => {
  const newest = client.log(name).before(Infinity, LAST_LINES);
  const launchedAt = lastExit === null ? 0 : lastExit.at - lastExit.ranFor;
  const ofLastRun = newest.filter(({ time }) => time >= launchedAt);
  const lines = ofLastRun.length === 0 ? newest : ofLastRun;
  return [`last lines of ${name}`, ...lines.map(({ line }) => `  ${render(cleanLine(line, theme.colors))}`)];
};
