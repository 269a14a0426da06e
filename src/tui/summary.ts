import type { PodClient, ProcessSnapshot } from '../control/pod-client.ts';
import { MARKS, stateStyle } from './screens/state-mark.ts';
import { cleanLine } from './text/clean-line.ts';
import { render, span } from './text/styled.ts';
import { makeTheme, type Theme } from './theme.ts';

const LAST_LINES = 20;

/** What stays on the screen when the dashboard has gone: how each process ended, and the last words of what failed. */
export const summaryOf = (client: PodClient, colors: boolean): string => {
  const theme = makeTheme({}, colors);
  const { name, exitCode, reason, processes } = client.snapshot;
  const longest = Math.max(...processes.map((process) => process.name.length), 0);
  const end = `pod ${name} has stopped${reason === null ? '' : `: ${reason}`}, exit code ${exitCode ?? 0}`;
  const failed = processes.filter(isFailure).flatMap((process) => lastWords(process, client, theme));
  const logs = processes.filter(({ logFile }) => logFile !== null);
  const files = logs.map(({ name: process, logFile }) => `  ${process.padEnd(longest)}  ${logFile}`);
  return [
    end,
    ...processes.map((process) => row(process, longest, theme)),
    ...failed,
    ...(files.length === 0 ? [] : ['logs', ...files]),
    '',
  ].join('\n');
};

const row = ({ name, state, lastExit, restarts }: ProcessSnapshot, longest: number, theme: Theme): string =>
  render([
    span('  '),
    span(`${MARKS[state]} ${name.padEnd(longest)}  ${state.padEnd(9)}`, stateStyle(state, theme)),
    span(
      `  ${lastExit?.text ?? ''}${restarts === 0 ? '' : `  (${restarts === 1 ? '1 restart' : `${restarts} restarts`})`}`,
    ),
  ]);

/** It ended by itself, and not well. */
const isFailure = ({ state, lastExit }: ProcessSnapshot): boolean =>
  state === 'failed' || (state === 'stopped' && lastExit?.code !== null && (lastExit?.code ?? 0) > 0);

const lastWords = ({ name }: ProcessSnapshot, client: PodClient, theme: Theme): readonly string[] => {
  const lines = client.log(name).before(Infinity, LAST_LINES);
  return [`last lines of ${name}`, ...lines.map(({ line }) => `  ${render(cleanLine(line, theme.colors))}`)];
};
