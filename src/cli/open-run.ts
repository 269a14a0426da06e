import { isatty } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import type { Milliseconds } from '../model/vocabulary.ts';
import { printable } from '../report/printable.ts';
import { RunReport, type Waiting } from '../report/run-report.ts';
import type { Pod } from '../supervisor/pod.ts';
import { now, Timers } from '../time/timers.ts';
import type { CallerOutput } from './caller-output.ts';
import { CommandOnTerminal } from './command-on-terminal.ts';
import type { Display } from './display.ts';

/** An ordinary start is over by then. */
const SPEAK_AFTER: Milliseconds = 1_000;
const LAST_LINES = 10;

/** Runs COMMAND without another UI: it has the streams and the terminal of this process. */
export const openRun = async (pod: Pod, output: CallerOutput): Promise<Display> => {
  const report = new RunReport(pod.spec, {
    write: (text) => void command.restored.then(() => output.log(text)),
    lastLines: (process) => lastLinesOf(pod, process),
    causeOf: (process) => pod.causeOf(process),
    sharesScreen: isatty(1) || isatty(2),
  });
  const command = await CommandOnTerminal.open(report.command);
  pod.attach({
    event: (event) => {
      command.event(event);
      report.event(event);
    },
    output: () => undefined,
    notice: (notice) => report.notice(notice),
  });
  const timers = new Timers<'waiting'>();
  return {
    started: () =>
      timers.arm('waiting', now() + SPEAK_AFTER, () => {
        if (!report.wasCommandLive) report.waits(waitingIn(pod));
      }),
    spares: (signal) => command.spares(signal),
    close: async () => {
      timers.disarmAll();
      report.flush();
      await command.close();
      await Promise.race([output.drain(), interrupted()]);
      return { isStuck: false };
    },
  };
};

/** Processes that COMMAND waits for. */
const waitingIn = ({ client }: Pod): readonly Waiting[] =>
  client.snapshot.processes.filter(
    ({ role, state, wanted }) =>
      role !== 'primary' && wanted && !['ready', 'completed', 'stopped', 'failed'].includes(state),
  );

const lastLinesOf = ({ client }: Pod, process: string): readonly string[] =>
  client
    .log(process)
    .before(Number.POSITIVE_INFINITY, LAST_LINES)
    .map(({ line }) => printable(stripVTControlCharacters(line.toString())));

/** Readers of COMMAND's output may take any time for it; a signal ends the wait. */
const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
