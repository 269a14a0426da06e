import type { PodState } from '../../src/core/pod-state.ts';
import type { ProcessState, StopStage, Timer } from '../../src/core/process-state.ts';

/** The ids of all timers that some state waits for, sorted: no other may be armed, and none of these may be missing. */
export const timersHeldBy = (pod: PodState): number[] =>
  heldTimers(pod)
    .map(({ id }) => id)
    .toSorted((a, b) => a - b);

export const heldTimers = (pod: PodState): Timer[] => {
  const timers: Timer[] = [];
  if (pod.startTimeout !== null) timers.push(pod.startTimeout.timer);
  for (const { state } of pod.processes.values()) addTimersOf(state, timers);
  return timers;
};

const addTimersOf = (state: ProcessState, timers: Timer[]): void => {
  if (state.is === 'backoff') timers.push(state.retry);
  if (!('instance' in state)) return;
  const { startupDeadline, probes } = state.instance;
  for (const timer of [
    startupDeadline,
    probes.startup?.next,
    probes.readiness?.next,
    probes.liveness?.next,
  ]) {
    if (timer !== null && timer !== undefined) timers.push(timer);
  }
  if (state.is === 'stopping') timers.push(stageTimer(state.stop.stage));
};

const stageTimer = (stage: StopStage): Timer => {
  switch (stage.is) {
    case 'holding':
      return stage.grace;
    case 'signalled':
    case 'lingering':
      return stage.kill;
    case 'killed':
      return stage.lost;
    default:
      return stage satisfies never;
  }
};
