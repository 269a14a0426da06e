import { watchStdout } from './lost-output.ts';
import { ownStdout } from './own-stdout.ts';

/** Aborted by Ctrl-C or a stop signal: for what goes on until somebody has seen enough. */
export const untilInterrupted = (): AbortSignal => {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  // `sidecarctl logs -f | head`: nobody reads any more.
  watchStdout();
  ownStdout().on('error', () => end.abort());
  return end.signal;
};
