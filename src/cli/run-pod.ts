import { relative } from 'node:path';
import type { CallerStreams } from '../config/resolve/resolve-inputs.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { OpenFifos } from '../runtime/output/output-fifos.ts';
import { boundYoungGeneration } from '../runtime/young-generation.ts';
import { openPod, type Pod } from '../supervisor/pod.ts';
import { preparePod } from '../supervisor/prepare-pod.ts';
import type { CallerOutput } from './caller-output.ts';
import { chooseUi, type Ui } from './choose-ui.ts';
import { type Display, openReport } from './display.ts';
import { endOnCrash } from './end-on-crash.ts';
import { isTerminal } from './is-terminal.ts';
import type { RunOptions } from './options.ts';
import { preparationFrom } from './preparation.ts';
import { StopSignals } from './signals.ts';
import { wantsColor } from './terminal.ts';
import { warn } from './warn.ts';

interface RunRequest {
  readonly mode: 'dev' | 'up' | 'run';
  readonly options: RunOptions;
  readonly primaryCommand: readonly string[] | null;
  readonly primaryArgs: readonly string[];
  readonly startTimeout: Milliseconds | null;
  readonly openFifos: OpenFifos;
}

/** Runs `dev`, `up` and `run` as a whole: from the config to the exit code, leaving nothing behind. */
export const runPod = async (request: RunRequest): Promise<number> => {
  const { mode, options, primaryCommand, primaryArgs } = request;
  const ui: Ui = mode === 'run' && options.ui === undefined ? 'none' : chooseUi(options);
  const caller = ui === 'none' ? await callerOutput() : null;
  const signals = new StopSignals();
  const prepared = await preparePod(
    {
      ...preparationFrom(options),
      mode,
      colors: showsColors(ui, options),
      primaryCommand,
      callerStreams: STREAMS_IN_RUN[ui],
      primaryArgs,
      watching: mode === 'dev' && options.watch !== false,
      purpose: 'run',
    },
    { openFifos: request.openFifos, beforePlace: () => signals.catch() },
  );
  if (!prepared.ok) return (await failureReports()).reportPreparationFailure(prepared.failure, options);
  if (mode !== 'run') printConfigAbove(prepared.pod.configFile, options);
  const opened = await openPod(prepared.pod, mode, caller);
  if (!opened.ok) return (await failureReports()).reportStorageFailures(opened.failures);
  const display = await openDisplay(opened.pod, ui, caller, options);
  const { exitCode, isStuck } = await superviseToTheEnd(opened.pod, display, signals, request);
  // Nothing else ends a process with a write that is stuck in a thread, at the price of the exit code.
  if (isStuck) process.kill(process.pid, 'SIGKILL');
  return exitCode;
};

/** Streams of this process that COMMAND of `run` gets: the dashboard reads the keys itself. */
const STREAMS_IN_RUN: Readonly<Record<Ui, CallerStreams>> = {
  tui: 'none',
  plain: 'stdin',
  json: 'stdin',
  none: 'all',
};

/** Loaded late: `dev` and `up` do not need it. */
const callerOutput = async (): Promise<CallerOutput> => {
  const { CallerOutput } = await import('./caller-output.ts');
  return new CallerOutput();
};

/** A config in a folder above may not be the one that the user meant. */
const printConfigAbove = (configFile: string, { config }: RunOptions): void => {
  const file = relative(process.cwd(), configFile);
  if (config === undefined && file.startsWith('..')) warn(`using the config ${file}`);
};

/** A child cannot see the terminal behind the pipes, and colors in a file help nobody. */
const showsColors = (ui: Ui, { color }: RunOptions): boolean => {
  if (ui === 'json' || ui === 'none') return false;
  return ([1, 2] as const).every((fd) => isTerminal(fd) && wantsColor(fd, color));
};

const superviseToTheEnd = async (
  pod: Pod,
  display: Display,
  signals: StopSignals,
  { startTimeout }: RunRequest,
) => {
  const crashAgain = endOnCrash(pod);
  pod.start(startTimeout);
  signals.obeyedBy(pod, display.spares);
  display.started();
  const letHeapGrow = boundYoungGeneration();
  const exitCode = await pod.ended;
  // Code that is loaded at the end is found in the compile cache only with V8's original flags.
  letHeapGrow();
  const failures = await pod.close();
  const { isStuck } = await display.close();
  for (const failure of failures) warn(failure);
  signals.release();
  crashAgain();
  return { exitCode, isStuck };
};

const openDisplay = async (
  pod: Pod,
  ui: Ui,
  caller: CallerOutput | null,
  options: RunOptions,
): Promise<Display> => {
  if (caller !== null) {
    const { openRun } = await import('./open-run.ts');
    return openRun(pod, caller);
  }
  if (ui === 'plain' || ui === 'json') return openReport(pod, ui, options);
  const { openDashboard } = await import('./open-dashboard.ts');
  return openDashboard(pod, options);
};

/** Loaded late: usually nothing fails. */
const failureReports = () => import('./report-failures.ts');
