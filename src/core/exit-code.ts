import type { LastExit } from '../model/exit.ts';
import { countedEnds, type PodState, type PodStop, recordOf } from './pod-state.ts';
import { type ProcessRecord, stopSignalOf } from './process-state.ts';

/** Exit code of the tool when the pod could not start, or gave up. */
export const POD_FAILED = 1;

/** Exit code of the whole run, from the primaries' ends and the reason of the stop. */
export const exitCodeOf = (pod: PodState, stop: PodStop): number => {
  const { reason } = stop;
  switch (reason.kind) {
    case 'primary-ended':
      return primaryEndCode(recordOf(pod, reason.process).lastExit);
    case 'apps-ended':
      return firstFailure(reason.ends.map(({ exitCode }) => exitCode));
    case 'requested':
      return requestedCode(pod, stop);
    case 'nothing-left':
      return reason.failed.length === 0 ? 0 : POD_FAILED;
    case 'essential-ended':
    case 'cannot-start':
    case 'start-timeout':
    case 'internal-error':
      return POD_FAILED;
    default:
      return reason satisfies never;
  }
};

/** A primary that was stopped by a failing probe has failed, whatever its exit code. */
export const primaryEndCode = (last: LastExit | null): number => {
  if (last === null) return POD_FAILED;
  return last.exit.status === 0 && last.unhealthy ? POD_FAILED : last.exit.status;
};

const firstFailure = (codes: readonly number[]): number => codes.find((code) => code !== 0) ?? 0;

/** Apps that ended before the stop come first, then those that it ended, in the order of their ends. */
const requestedCode = (pod: PodState, { livePrimaries }: PodStop): number => {
  const stopped = livePrimaries
    .map((name) => recordOf(pod, name))
    .filter(({ spec }) => !spec.isSupport)
    .toSorted((one, other) => (one.lastExit?.at ?? 0) - (other.lastExit?.at ?? 0));
  return firstFailure([...countedEnds(pod).map(({ exitCode }) => exitCode), ...stopped.map(stoppedCode)]);
};

/**
 * Death by the signal it was sent is success, also when it is reported as exit code 128 + n, as by a JVM or by a shell
 * whose child died of it. A process that had to be killed has the shell's 137.
 */
const stoppedCode = (record: ProcessRecord): number => {
  const { lastExit } = record;
  if (lastExit === null) return 0;
  const { after, exit } = lastExit;
  const diedAsAsked = after !== 'itself' && exit.status === 128 + stopSignalOf(record).signalNumber;
  return diedAsAsked ? 0 : exit.status;
};
