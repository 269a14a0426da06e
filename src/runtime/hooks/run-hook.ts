import type { HookSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { sleep } from '../../time/timers.ts';
import { type ActionResult, failed, passed } from '../actions/action-result.ts';
import { type ExecContext, execCommand } from '../actions/exec.ts';
import { getUrl } from '../actions/http.ts';

/**
 * Runs a hook to its end. The only limit is the context's signal, on which the hook's process tree is killed or its
 * request dropped. Never rejects for the hook's own failure.
 *
 * @example
 * await runHook({ kind: 'sleep', duration: 500 }, context); // { ok: true, … }
 */
export const runHook = async (spec: HookSpec, context: ExecContext): Promise<ActionResult> => {
  if (context.signal.aborted) return failed({ kind: 'aborted' });
  switch (spec.kind) {
    case 'exec':
      return execCommand(spec.command, context);
    case 'http':
      return unlessAborted(await getUrl(spec, context.signal), context.signal);
    case 'sleep':
      return sleepFor(spec.duration, context.signal);
    default:
      return spec satisfies never;
  }
};

/** An aborted request fails like a broken one. */
const unlessAborted = ({ ok, finding }: ActionResult, signal: AbortSignal): ActionResult =>
  ok || !signal.aborted ? { ok, finding } : failed({ kind: 'aborted' });

const sleepFor = async (duration: Milliseconds, signal: AbortSignal): Promise<ActionResult> => {
  const isOver = await sleep(duration, signal);
  return isOver ? passed({ kind: 'slept', duration }) : failed({ kind: 'aborted' });
};
