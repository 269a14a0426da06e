import type { StopReason } from '../model/reason.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { stopsAfter } from './gates.ts';
import { LOST_AFTER } from './kill-bounds.ts';
import { endProbe, patchInstance } from './probing.ts';
import {
  type Grace,
  type Instance,
  isLive,
  type ProcessStop,
  rootEndOf,
  type StoppingState,
  type StopStage,
  stopSignalOf,
  type Timer,
} from './process-state.ts';
import type { Step } from './step.ts';

/** Grace of a stop of this one process: the cause's, else the process's, else the pod's. */
export const graceOf = (step: Step, name: string, ofCause: Milliseconds | null = null): Grace => {
  const own = ofCause ?? step.record(name).spec.stop.grace;
  return { until: step.now + (own ?? step.pod.spec.stop.grace), own };
};

/** Begins the stop of one live process: its hook runs at once, and its signal comes when it is its turn. */
export const beginProcessStop = (step: Step, name: string, reason: StopReason, grace: Grace): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  if (state.is === 'stopping') return overtakeStop(step, name, state, reason, grace);
  step.reportLaunch(name);
  endStartOfLife(step, name, state.instance);
  const hookRunning = startPreStop(step, name, grace);
  const stage: StopStage = { is: 'holding', hookRunning, grace: step.arm(name, 'grace', grace.until) };
  const current = step.record(name).state;
  if (!isLive(current)) return;
  const stop: ProcessStop = { reason, requestedAt: step.now, grace, stage };
  step.transition(name, { is: 'stopping', instance: current.instance, stop }, reason);
};

/** Ends the startup and liveness probes with the stop request. Readiness continues, so that others see it go. */
export const endStartOfLife = (step: Step, name: string, instance: Instance): void => {
  endProbe(step, name, 'startup');
  endProbe(step, name, 'liveness');
  step.disarm(instance.startupDeadline);
  if (instance.postStart === 'running') {
    step.commands.push({
      type: 'cancel-hook',
      process: name,
      generation: instance.generation,
      hook: 'postStart',
    });
  }
  patchInstance(step, name, { startupDeadline: null, postStart: 'done' });
};

/** Returns false without grace: the hook would be cut off. */
const startPreStop = (step: Step, name: string, grace: Grace): boolean => {
  const { spec, generation } = step.record(name);
  if (spec.preStop === null || grace.until <= step.now) return false;
  step.commands.push({ type: 'run-hook', process: name, generation, hook: 'preStop' });
  return true;
};

/**
 * A second stop replaces the reason of the first and never gives more time. Only a stop of the pod, or of an app, puts
 * a process that still waits for its signal into the stop order, even if that takes longer.
 */
const overtakeStop = (
  step: Step,
  name: string,
  state: StoppingState,
  reason: StopReason,
  asked: Grace,
): void => {
  const together = reason.kind === 'pod-stops' || reason.kind === 'app-ended';
  const grace = together && state.stop.stage.is === 'holding' ? asked : shorter(state.stop.grace, asked);
  const stage = rescheduled(step, name, state.stop.stage, grace);
  step.patch(name, { reason, state: { ...state, stop: { ...state.stop, reason, grace, stage } } });
};

const shorter = (one: Grace, other: Grace): Grace => ({
  until: Math.min(one.until, other.until),
  own: one.own === null || other.own === null ? (one.own ?? other.own) : Math.min(one.own, other.own),
});

const rescheduled = (step: Step, name: string, stage: StopStage, grace: Grace): StopStage => {
  switch (stage.is) {
    case 'holding':
      return { ...stage, grace: rearmed(step, name, 'grace', stage.grace, grace.until) };
    case 'signalled':
    case 'lingering': {
      const at = Math.min(stage.kill.at, killTime(step, stage.at, grace));
      return { ...stage, kill: rearmed(step, name, 'kill', stage.kill, at) };
    }
    case 'killed':
      return stage;
    default:
      return stage satisfies never;
  }
};

const rearmed = (
  step: Step,
  name: string,
  purpose: 'grace' | 'kill',
  timer: Timer,
  at: Milliseconds,
): Timer => {
  if (at === timer.at) return timer;
  step.disarm(timer);
  return step.arm(name, purpose, Math.max(at, step.now));
};

/**
 * Time when a process that got its signal at `signalledAt` is killed: at the end of the grace, but not before
 * `minimumGrace` has passed (Kubernetes' floor), and no later than its own grace allows.
 */
export const killTime = (step: Step, signalledAt: Milliseconds, { until, own }: Grace): Milliseconds => {
  const shared = Math.max(until, signalledAt + step.pod.spec.stop.minimumGrace);
  return own === null ? shared : Math.min(shared, signalledAt + own);
};

/** Signals every stopping process whose hook is done and whose dependents are gone. */
export const advanceStops = (step: Step): void => {
  for (const { spec, state } of step.records()) {
    if (state.is === 'stopping' && mayBeSignalled(step, spec.name, state)) signalProcess(step, spec.name);
  }
};

const mayBeSignalled = (step: Step, name: string, { stop }: StoppingState): boolean =>
  stop.stage.is === 'holding' && !stop.stage.hookRunning && stopsAfter(step.pod, name).length === 0;

/** Sends the signal, because its turn has come or the grace is over, whatever is still there. */
export const signalProcess = (step: Step, name: string): void => {
  const { state, spec, generation } = step.record(name);
  if (state.is !== 'stopping' || state.stop.stage.is !== 'holding') return;
  const { grace, hookRunning } = state.stop.stage;
  step.disarm(grace);
  if (hookRunning) step.commands.push({ type: 'cancel-hook', process: name, generation, hook: 'preStop' });
  const sent = spec.stop.command === null;
  if (sent) sendSignal(step, name);
  else step.commands.push({ type: 'run-hook', process: name, generation, hook: 'stop' });
  const kill = step.arm(name, 'kill', killTime(step, step.now, state.stop.grace));
  setStage(step, name, { is: 'signalled', at: step.now, sent, kill });
};

const sendSignal = (step: Step, name: string): void => {
  const record = step.record(name);
  const { signal } = stopSignalOf(record);
  step.commands.push({ type: 'signal', process: name, generation: record.generation, signal });
};

export const killProcess = (step: Step, name: string): void => {
  const { state, generation } = step.record(name);
  if (state.is !== 'stopping' || state.stop.stage.is === 'killed') return;
  step.disarm(timerOf(state.stop.stage));
  step.commands.push({ type: 'kill', process: name, generation });
  const root = rootEndOf(state.stop.stage);
  const lost = step.arm(name, 'lost', step.now + LOST_AFTER);
  setStage(step, name, { is: 'killed', at: step.now, root, lost });
};

export const onPreStopEnded = (step: Step, name: string): void => {
  const { state } = step.record(name);
  if (state.is !== 'stopping' || state.stop.stage.is !== 'holding') return;
  setStage(step, name, { ...state.stop.stage, hookRunning: false });
};

/** A failed stop command has stopped nothing, so the signal follows. */
export const onStopCommandEnded = (step: Step, name: string, ok: boolean): void => {
  const { state } = step.record(name);
  if (ok || state.is !== 'stopping' || state.stop.stage.is !== 'signalled') return;
  sendSignal(step, name);
  setStage(step, name, { ...state.stop.stage, sent: true });
};

export const setStage = (step: Step, name: string, stage: StopStage): void => {
  const { state } = step.record(name);
  if (state.is !== 'stopping') return;
  step.patch(name, { state: { ...state, stop: { ...state.stop, stage } } });
};

/** Disarms every timer of a live process, before it leaves its instance. */
export const disarmAll = (step: Step, name: string): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  step.disarm(state.instance.startupDeadline);
  for (const probe of Object.values(state.instance.probes)) step.disarm(probe?.next);
  if (state.is === 'stopping') step.disarm(timerOf(state.stop.stage));
};

const timerOf = (stage: StopStage): Timer => {
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
