import type { Milliseconds } from '../core/pod-spec.ts';
import { complain } from './complain.ts';
import { USAGE_ERROR } from './exit-codes.ts';
import type { RunOptions } from './options.ts';

interface ForegroundRequest {
  readonly mode: 'dev' | 'up' | 'run';
  readonly options: RunOptions;
  readonly primaryCommand?: readonly string[];
  readonly primaryArgs?: readonly string[];
  readonly defaultTimeout: Milliseconds | null;
}

export const runInForeground = async (request: ForegroundRequest): Promise<number> => {
  const { mode, options, defaultTimeout } = request;
  if (options.ui === 'tui') {
    complain("'--ui tui' is not supported yet; use '--ui plain' or '--ui json'");
    return USAGE_ERROR;
  }
  // Loaded late: the commands that ask a pod need nothing of what runs one.
  const { runPod } = await import('./run-pod.ts');
  return runPod({
    mode,
    options,
    primaryCommand: request.primaryCommand ?? null,
    primaryArgs: request.primaryArgs ?? [],
    startTimeout: options.startTimeout ?? defaultTimeout,
  });
};
