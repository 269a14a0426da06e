import type { HookSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/words.ts';
import type { CommandOptions } from '../launch/run-command.ts';
import { attemptExec } from '../probes/exec.ts';
import { attemptHttp } from '../probes/http.ts';
import { anybody } from '../probes/probe-attempt.ts';
import { sleep } from '../timers.ts';

export type HookContext = Omit<CommandOptions, 'command' | 'timeout'>;

export interface HookResult {
  readonly ok: boolean;
  readonly message: string;
}

/**
 * Carries out a hook to its end; there is no limit but the context's signal, on which the hook's process tree is
 * killed or its request dropped. Never rejects for what the hook does.
 *
 * @example await runHook({ kind: 'sleep', duration: 500 }, context); // { ok: true, message: 'slept 500ms' }
 */
export const runHook = async (spec: HookSpec, context: HookContext): Promise<HookResult> => {
  if (context.signal.aborted) return { ok: false, message: 'aborted' };
  switch (spec.kind) {
    case 'exec':
      return attemptExec(spec.command, context);
    case 'http':
      return unlessAborted(await attemptHttp(spec, context.signal, anybody), context.signal);
    case 'sleep':
      return sleepFor(spec.duration, context.signal);
    default:
      return spec satisfies never;
  }
};

/** An aborted request fails like a broken one. */
const unlessAborted = (result: HookResult, signal: AbortSignal): HookResult =>
  result.ok || !signal.aborted ? result : { ok: false, message: 'aborted' };

const sleepFor = async (duration: Milliseconds, signal: AbortSignal): Promise<HookResult> => {
  const isOver = await sleep(duration, signal);
  return isOver ? { ok: true, message: `slept ${duration}ms` } : { ok: false, message: 'aborted' };
};
