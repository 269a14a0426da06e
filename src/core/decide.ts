import type { Finding } from '../model/finding.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import { pidIn } from '../model/workload-id.ts';
import { answer } from './answer.ts';
import type { Command } from './command.ts';
import type { CoreEvent, HookEnded, Probed, TimerFired } from './core-event.ts';
import { startWaits } from './explain.ts';
import {
  launchUnblocked,
  onGone,
  onLaunched,
  onPostStartEnded,
  onReadiness,
  onRetry,
  onStartupPassed,
  onUnhealthy,
} from './lifecycle.ts';
import { onRootExited } from './lingering.ts';
import { onChange } from './on-change.ts';
import { onRefreshed } from './on-refreshed.ts';
import { followPhase } from './pod-phase.ts';
import type { PodState } from './pod-state.ts';
import { beginPodStop, endWhenEmpty, failPod } from './pod-stop.ts';
import { attempt, takeResult } from './probing.ts';
import { isLive, isUp, type ProcessState, type StopStage, type Timer } from './process-state.ts';
import { adoptSpecs } from './reload.ts';
import { Step } from './step.ts';
import { advanceStops, killProcess, onPreStopEnded, onStopCommandEnded, signalProcess } from './stopping.ts';

export interface Decision {
  readonly pod: PodState;
  readonly commands: readonly Command[];
}

/**
 * The whole supervisor: returns the next state of a pod after an event, and the commands to carry out. It has no clock,
 * no I/O and no memory of its own: the same pod, event and time give the same decision.
 *
 * @param now milliseconds of a clock that never goes back
 */
export const decide = (pod: PodState, event: CoreEvent, now: Milliseconds): Decision => {
  const step = new Step(pod, now);
  take(step, event);
  // Most events of a pod that runs are probes that find what they found before.
  if (!isProbing(event) || !step.isSettled) reconcile(step);
  return { pod: step.pod, commands: step.commands };
};

const isProbing = ({ type }: CoreEvent): boolean => type === 'timer' || type === 'probed';

/** Moves every process one step towards its desired state. */
const reconcile = (step: Step): void => {
  adoptSpecs(step);
  followPhase(step);
  advanceStops(step);
  launchUnblocked(step);
  endWhenEmpty(step);
};

const take = (step: Step, event: CoreEvent): void => {
  switch (event.type) {
    case 'start':
      return onStart(step, event.startTimeout);
    case 'launched':
      return isCurrent(step, event) ? onLaunched(step, event) : undefined;
    case 'root-exited':
      return isCurrent(step, event) ? onRootExited(step, event.process, event.exit) : undefined;
    case 'gone':
      return isCurrent(step, event) ? onGone(step, event.process, event.exit, event.survivors) : undefined;
    case 'hook-ended':
      return isCurrent(step, event) ? onHookEnded(step, event) : undefined;
    case 'probed':
      return isCurrent(step, event) ? onProbed(step, event) : undefined;
    case 'timer':
      return onTimer(step, event);
    case 'crash':
      return failPod(step, event.message);
    case 'change':
      return onChange(step, event);
    case 'refreshed':
      return onRefreshed(step, event);
    case 'stop':
    case 'kill':
    case 'request':
    case 'restart-all':
    case 'reload':
      return answer(step, event);
    default:
      return event satisfies never;
  }
};

/** False for a late event of an instance that is no longer there; such an event is ignored. */
const isCurrent = (step: Step, event: { readonly process: string; readonly generation: number }): boolean => {
  const state = step.find(event.process)?.state;
  return state !== undefined && isLive(state) && state.instance.generation === event.generation;
};

const onStart = (step: Step, startTimeout: Milliseconds | null): void => {
  if (step.pod.stop !== null) return;
  step.report({ type: 'pod', state: 'starting', name: step.pod.spec.name, exitCode: null, reason: null });
  if (startTimeout === null) return;
  const timer = step.arm(null, 'start-timeout', step.now + startTimeout);
  step.patchPod({ startTimeout: { timer, after: startTimeout } });
};

const onHookEnded = (step: Step, { process, hook, ok, finding }: HookEnded): void => {
  switch (hook) {
    case 'postStart':
      return onPostStartEnded(step, process, ok, finding);
    case 'preStop':
      return onPreStopEnded(step, process);
    case 'stop':
      return onStopCommandEnded(step, process, ok);
    default:
      return hook satisfies never;
  }
};

const onProbed = (step: Step, event: Probed): void => {
  const change = takeResult(step, event);
  if (change === 'none') return;
  switch (event.probe) {
    case 'startup':
      return change === 'satisfied' ? onStartupPassed(step, event.process) : undefined;
    case 'readiness':
      return onReadiness(step, event.process, change === 'satisfied', event.finding);
    case 'liveness':
      return change === 'fails' ? onUnhealthy(step, event.process, 'liveness', event.finding) : undefined;
    default:
      return event.probe satisfies never;
  }
};

const onTimer = (step: Step, event: TimerFired): void => {
  if (event.process === null) return onPodTimer(step, event);
  const name = event.process;
  const state = step.find(name)?.state;
  const held = state === undefined ? null : heldTimer(state, event.purpose);
  if (state === undefined || held?.id !== event.id) return;
  switch (event.purpose) {
    case 'retry':
      return onRetry(step, name);
    case 'startup-deadline':
      return onUnhealthy(step, name, 'startup', lastFinding(state, 'startup'));
    case 'startup':
    case 'readiness':
    case 'liveness':
      return attempt(step, name, event.purpose);
    case 'grace':
      return signalProcess(step, name);
    case 'kill':
      return killProcess(step, name);
    case 'lost':
      return onLost(step, name);
    case 'start-timeout':
      return;
    default:
      return event.purpose satisfies never;
  }
};

/** Gives up on a process: SIGKILL was sent, and no event has come since. */
const onLost = (step: Step, name: string): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  const pid = pidIn(state.instance.workload);
  const survivors = pid === null ? [] : [{ pid, user: null, command: '', why: 'unknown' } as const];
  onGone(step, name, LOST, survivors);
};

const LOST = {
  code: null,
  signal: 'SIGKILL',
  status: 137,
  failure: { kind: 'lost' },
} as const;

/** Timer that a state has for a purpose. Any other timer with that purpose is late. */
const heldTimer = (state: ProcessState, purpose: TimerFired['purpose']): Timer | null => {
  if (state.is === 'backoff') return purpose === 'retry' ? state.retry : null;
  if (!isLive(state)) return null;
  switch (purpose) {
    case 'startup':
    case 'readiness':
    case 'liveness':
      return state.instance.probes[purpose]?.next ?? null;
    case 'startup-deadline':
      return isUp(state) ? state.instance.startupDeadline : null;
    case 'grace':
      return state.is === 'stopping' && state.stop.stage.is === 'holding' ? state.stop.stage.grace : null;
    case 'kill':
      return state.is === 'stopping' && isKilledLater(state.stop.stage) ? state.stop.stage.kill : null;
    case 'lost':
      return state.is === 'stopping' && state.stop.stage.is === 'killed' ? state.stop.stage.lost : null;
    case 'retry':
    case 'start-timeout':
      return null;
    default:
      return purpose satisfies never;
  }
};

const isKilledLater = (stage: StopStage): stage is Extract<StopStage, { readonly kill: Timer }> =>
  'kill' in stage;

const lastFinding = (state: ProcessState, probe: ProbeName): Finding =>
  (isLive(state) ? state.instance.probes[probe]?.last?.finding : null) ?? { kind: 'no-answer' };

const onPodTimer = (step: Step, { id }: TimerFired): void => {
  const { startTimeout } = step.pod;
  if (startTimeout?.timer.id !== id) return;
  beginPodStop(step, { kind: 'start-timeout', after: startTimeout.after, waits: startWaits(step.pod) });
};
