import type { Milliseconds } from '../model/vocabulary.ts';
import { loadLibc } from '../runtime/native/libc.ts';
import { OutputFifos } from '../runtime/output/output-fifos.ts';
import type { RunOptions } from './options.ts';

export interface ForegroundRequest {
  readonly mode: 'dev' | 'up' | 'run';
  readonly options: RunOptions;
  readonly primaryCommand?: readonly string[];
  readonly primaryArgs?: readonly string[];
  readonly defaultTimeout: Milliseconds | null;
}

export const runInForeground = async (request: ForegroundRequest): Promise<number> => {
  const { mode, options, defaultTimeout } = request;
  // Begun before everything else is loaded, to be ready in time.
  const openFifos = OutputFifos.begin(loadLibc());
  // Loaded late: the commands that ask a pod do not need the code that runs one.
  const { runPod } = await import('./run-pod.ts');
  return runPod({
    mode,
    options,
    primaryCommand: request.primaryCommand ?? null,
    primaryArgs: request.primaryArgs ?? [],
    startTimeout: options.startTimeout ?? defaultTimeout,
    openFifos,
  });
};
