import type { AppEnd, AppEndReason, PodStopReason } from '../model/reason.ts';
import { POD_FAILED, primaryEndCode } from './exit-code.ts';
import { countedEnds, hasEnded } from './pod-state.ts';
import { beginPodStop, stopInOrder } from './pod-stop.ts';
import { isLive, type ProcessState } from './process-state.ts';
import type { Step } from './step.ts';

/**
 * Ends an app: its processes stop in reverse order within one grace, and no others do. With the last app, the pod
 * stops. `primary` is the name of the app's primary.
 */
export const endApp = (step: Step, primary: string, reason: AppEndReason): void => {
  const { primaries, stop } = step.pod;
  if (stop !== null || hasEnded(step.pod, primary) || !primaries.includes(primary)) return;
  if (primaries.length === 1) return beginPodStop(step, reason);
  const end = { app: primary, reason, exitCode: exitCodeFor(step, reason) };
  step.patchPod({ ends: [...step.pod.ends, end] });
  step.report({ type: 'app', ...end });
  if (allAreOver(step)) endWithTheApps(step);
  else stopApp(step, primary);
};

/** Handles the end of an essential process: its app ends, or the pod if the process is shared. */
export const endOfEssential = (step: Step, name: string): void => {
  const { spec, lastExit } = step.record(name);
  const reason = { kind: 'essential-ended', process: name, exit: lastExit?.exit ?? null } as const;
  if (spec.app === null) beginPodStop(step, reason);
  else endApp(step, spec.app.primary, reason);
};

/** The last active app may have left with a reload, or been stopped by hand. */
export const endWithTheApps = (step: Step): void => {
  const { ends, stop } = step.pod;
  if (stop === null && ends.length > 0 && allAreOver(step))
    beginPodStop(step, reasonOf(countedEnds(step.pod)));
};

/**
 * True if every app has ended. An app that was stopped by hand may be started again, and one that never started does
 * not count.
 */
const allAreOver = (step: Step): boolean =>
  step.pod.primaries.every((name) => {
    const { desired, spec } = step.record(name);
    return hasEnded(step.pod, name) || spec.isSupport || !(desired || spec.desired);
  });

const reasonOf = (ends: readonly AppEnd[]): PodStopReason => {
  const [end, ...more] = ends;
  return end !== undefined && more.length === 0 ? end.reason : { kind: 'apps-ended', ends };
};

const exitCodeFor = (step: Step, reason: AppEndReason): number =>
  reason.kind === 'primary-ended' ? primaryEndCode(step.record(reason.process).lastExit) : POD_FAILED;

const stopApp = (step: Step, primary: string): void => {
  const graceUntil = step.now + step.pod.spec.stop.grace;
  for (const { spec, state } of step.records()) {
    if (spec.app?.primary !== primary || !runsOrWaits(state)) continue;
    step.patch(spec.name, { desired: false });
    stopInOrder(step, spec.name, { kind: 'app-ended', app: primary }, graceUntil);
  }
};

const runsOrWaits = (state: ProcessState): boolean =>
  isLive(state) || state.is === 'backoff' || state.is === 'pending';
