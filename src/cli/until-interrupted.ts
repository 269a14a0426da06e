import { watchStdout } from './lost-output.ts';
import { ownStdout } from './own-stdout.ts';

/** Returns a signal that is aborted by Ctrl-C or a stop signal, for commands that run until the user ends them. */
export const untilInterrupted = (): AbortSignal => {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  // With `sidecarctl logs -f | head`, nobody reads any more.
  watchStdout();
  ownStdout().on('error', () => end.abort());
  return end.signal;
};
