import type { Milliseconds } from '../core/pod-spec.ts';
import type { RunOptions } from './options.ts';
import { runPod } from './run-pod.ts';

interface ForegroundRequest {
  readonly mode: 'dev' | 'up' | 'run';
  readonly options: RunOptions;
  readonly primaryCommand?: readonly string[];
  readonly primaryArgs?: readonly string[];
  readonly defaultTimeout: Milliseconds | null;
}

export const runInForeground = (request: ForegroundRequest): Promise<number> => {
  const { mode, options, defaultTimeout } = request;
  return runPod({
    mode,
    options,
    primaryCommand: request.primaryCommand ?? null,
    primaryArgs: request.primaryArgs ?? [],
    startTimeout: options.startTimeout ?? defaultTimeout,
  });
};
