import type { PodStopReason, StopReason } from '../model/reason.ts';
import type { Milliseconds, PodPhase } from '../model/vocabulary.ts';
import { exitCodeOf } from './exit-code.ts';
import { isLive } from './process-state.ts';
import type { Step } from './step.ts';
import { beginProcessStop, killProcess } from './stopping.ts';

/** Begins the pod's stop. After that, a shorter grace shortens it, and nothing lengthens it. */
export const beginPodStop = (step: Step, reason: PodStopReason, grace: Milliseconds | null = null): void => {
  const graceUntil = step.now + (grace ?? step.pod.spec.stop.grace);
  if (step.pod.stop === null) openStop(step, reason, graceUntil);
  else if (grace !== null) shortenStop(step, graceUntil);
};

const openStop = (step: Step, reason: PodStopReason, graceUntil: Milliseconds): void => {
  const livePrimaries = step.pod.primaries.filter((name) => isLive(step.record(name).state));
  step.disarm(step.pod.startTimeout?.timer);
  step.patchPod({ stop: { reason, requestedAt: step.now, graceUntil, livePrimaries }, startTimeout: null });
  enterPhase(step, 'stopping', { reason });
  for (const { spec } of step.records()) stopInOrder(step, spec.name, POD_STOPS, graceUntil);
};

const shortenStop = (step: Step, graceUntil: Milliseconds): void => {
  const { stop } = step.pod;
  if (stop === null || graceUntil >= stop.graceUntil) return;
  step.patchPod({ stop: { ...stop, graceUntil } });
  for (const { spec } of step.records()) stopInOrder(step, spec.name, POD_STOPS, graceUntil);
};

const POD_STOPS: StopReason = { kind: 'pod-stops' };

/** Stops a process as one of several that share a grace. */
export const stopInOrder = (step: Step, name: string, reason: StopReason, graceUntil: Milliseconds): void => {
  const { state, spec } = step.record(name);
  if (isLive(state)) return beginProcessStop(step, name, reason, { until: graceUntil, own: spec.stop.grace });
  if (state.is === 'backoff') step.disarm(state.retry);
  if (state.is !== 'backoff' && state.is !== 'pending') return;
  // A process that was about to start in this very step has never been reported as anything but stopped.
  const move = step.record(name).reported === 'stopped' ? 'transitionSilently' : 'transition';
  step[move](name, { is: 'stopped' }, reason);
};

/** Makes the run a failure, whatever its result would have been. */
export const failPod = (step: Step, message: string): void => {
  const reason = { kind: 'internal-error', message } as const;
  if (step.pod.phase === 'stopped') return;
  if (step.pod.stop === null) beginPodStop(step, reason);
  else step.patchPod({ stop: { ...step.pod.stop, reason } });
};

/** Kills everything that is left, without grace. */
export const killPod = (step: Step, by: string): void => {
  if (step.pod.stop === null) beginPodStop(step, { kind: 'requested', by }, 0);
  for (const { spec } of step.records()) killProcess(step, spec.name);
};

/** Ends the pod when no process is left. */
export const endWhenEmpty = (step: Step): void => {
  const { stop, phase } = step.pod;
  if (stop === null || phase === 'stopped' || step.records().some(({ state }) => isLive(state))) return;
  const exitCode = exitCodeOf(step.pod, stop);
  enterPhase(step, 'stopped', { reason: stop.reason, exitCode });
  step.commands.push({ type: 'end', exitCode });
};

export const enterPhase = (
  step: Step,
  phase: PodPhase,
  facts: { readonly reason?: PodStopReason; readonly exitCode?: number } = {},
): void => {
  step.patchPod({ phase });
  step.report({
    type: 'pod',
    state: phase,
    name: step.pod.spec.name,
    exitCode: facts.exitCode ?? null,
    reason: facts.reason ?? null,
  });
};
