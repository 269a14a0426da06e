import { type PodState, type PodStop, recordOf } from './pod-state.ts';
import type { LastExit } from './process-state.ts';

/** Exit code of the tool when the pod could not start, or gave up. */
const POD_FAILED = 1;

/** What the whole run comes to; only the primary's end and the reason of the stop count. */
export const exitCodeOf = (pod: PodState, stop: PodStop): number => {
  const { reason } = stop;
  switch (reason.kind) {
    case 'primary-ended':
      return primaryEndCode(recordOf(pod, pod.primary).lastExit);
    case 'requested':
      return stop.primaryWasLive ? requestedCode(pod) : 0;
    case 'nothing-left':
      return reason.failed.length === 0 ? 0 : POD_FAILED;
    case 'essential-ended':
    case 'cannot-start':
    case 'start-timeout':
      return POD_FAILED;
    default:
      return reason satisfies never;
  }
};

/** A primary that a failing probe had stopped has failed, however politely it then exited. */
const primaryEndCode = (last: LastExit | null): number => {
  if (last === null) return POD_FAILED;
  return last.exit.status === 0 && last.unhealthy ? POD_FAILED : last.exit.status;
};

/** To die of the signal it was sent is what it was asked for; one that had to be killed has the shell's 137. */
const requestedCode = (pod: PodState): number => {
  const { lastExit, spec } = recordOf(pod, pod.primary);
  if (lastExit === null) return 0;
  const diedAsAsked = lastExit.after !== 'itself' && lastExit.exit.signal === spec.stop.signal;
  return diedAsAsked ? 0 : lastExit.exit.status;
};
