import type { Refusal } from '../model/pod-event.ts';
import type { ProcessRequest } from '../model/process-request.ts';
import type { Survivor } from '../model/survivor.ts';
import { isSatisfied } from './gates.ts';
import { restartDependents } from './lifecycle.ts';
import { hasEnded, type PodState } from './pod-state.ts';
import { type Grace, isLive, isUp, type LiveState } from './process-state.ts';
import type { Step } from './step.ts';
import { beginProcessStop, graceOf, killProcess } from './stopping.ts';

/** Changes the desired state of one process, and carries out the change. Returns the reason if it is refused. */
export const onRequest = (step: Step, request: ProcessRequest, name: string): Refusal | null => {
  const because = refusalOf(step.pod, request, name);
  if (because === null) carryOut(step, request, name);
  else step.report({ type: 'refused', name, request, because });
  return because;
};

const carryOut = (step: Step, request: ProcessRequest, name: string): void => {
  switch (request) {
    case 'start':
      return start(step, name);
    case 'stop':
      return stop(step, name);
    case 'restart':
      return restart(step, name);
    case 'kill':
      return kill(step, name);
    default:
      return request satisfies never;
  }
};

/** Reason why a request cannot be carried out, or null. */
const refusalOf = (pod: PodState, request: ProcessRequest, name: string): Refusal | null => {
  const record = pod.processes.get(name);
  if (record === undefined || !pod.spec.processes.has(name)) return 'unknown-process';
  if (pod.stop !== null) return 'pod-stops';
  const initRan = record.spec.role === 'init' && record.state.is === 'completed';
  return initRan && request === 'start' ? 'init-task-ran' : null;
};

/** Processes that were stopped, or have ended, stay down. */
export const restartAll = (step: Step): Refusal | null => {
  if (step.pod.stop !== null) return 'pod-stops';
  for (const { spec, state } of step.records()) {
    if (isUp(state) || state.is === 'backoff') restartOne(step, spec.name);
  }
  return null;
};

const start = (step: Step, name: string): void => {
  // A start by name goes ahead even while survivors of its last run exist.
  step.patch(name, { survivors: [] });
  for (const missing of missingFor(step.pod, name)) bringUp(step, missing);
};

export const stop = (step: Step, name: string, grace: Grace = graceOf(step, name)): void => {
  const { state } = step.patch(name, { desired: false });
  if (isLive(state)) return beginProcessStop(step, name, { kind: 'stop-requested' }, grace);
  if (state.is === 'backoff') step.disarm(state.retry);
  if (state.is === 'backoff' || state.is === 'pending') {
    step.transition(name, { is: 'stopped' }, { kind: 'stop-requested' });
  }
};

/** Kills a process without its hook, and without waiting for its dependents. */
const kill = (step: Step, name: string): void => {
  stop(step, name, { until: step.now, own: 0 });
  killProcess(step, name);
};

const restart = (step: Step, name: string): void => {
  restartDependents(step, name);
  restartOne(step, name);
};

const restartOne = (step: Step, name: string): void => {
  start(step, name);
  if (!isLive(step.record(name).state)) return;
  step.patch(name, FORGOTTEN);
  beginProcessStop(step, name, { kind: 'restart-requested' }, graceOf(step, name));
};

/** Names of a process and its missing dependencies, as a service manager would start them. */
const missingFor = (pod: PodState, name: string, found = new Set<string>()): Set<string> => {
  if (found.has(name)) return found;
  found.add(name);
  for (const dependency of pod.spec.processes.get(name)?.dependsOn ?? []) {
    if (dependency.required && !isSatisfied(pod, dependency)) missingFor(pod, dependency.process, found);
  }
  return found;
};

/** A start by hand is immediate: earlier ends do not count. */
export const FORGOTTEN = { crashes: 0, restartedAt: [] } as const;

export const bringUp = (step: Step, name: string): void => {
  reviveApp(step, name);
  const { state, survivors } = step.patch(name, { desired: true });
  if (isLive(state)) return comeBack(step, name, state);
  if (survivors.length > 0) return staysDown(step, name, survivors);
  step.patch(name, FORGOTTEN);
  if (state.is === 'pending') return;
  if (state.is === 'backoff') step.disarm(state.retry);
  step.transitionSilently(name, { is: 'pending' });
};

/** The process may be new in the config, and have been in it before. */
const staysDown = (step: Step, name: string, survivors: readonly Survivor[]): void => {
  if (step.record(name).state.is === 'pending')
    step.transition(name, { is: 'failed' }, { kind: 'not-ended', survivors });
};

/** Its main process has ended by itself: it is launched again when the rest of it is gone, whatever its policy. */
const comeBack = (step: Step, name: string, state: LiveState): void => {
  if (state.is !== 'stopping' || state.stop.reason.kind !== 'root-exited') return;
  const reason = { kind: 'restart-requested' } as const;
  step.patch(name, { reason, state: { ...state, stop: { ...state.stop, reason } } });
};

/** A start of an ended app's primary starts the app again: the processes that its end stopped come up too. */
const reviveApp = (step: Step, primary: string): void => {
  if (!hasEnded(step.pod, primary)) return;
  step.patchPod({ ends: step.pod.ends.filter(({ app }) => app !== primary) });
  for (const { spec, state, reason } of step.records()) {
    const isDown = state.is === 'stopped' || state.is === 'stopping';
    if (!step.pod.spec.processes.has(spec.name)) continue;
    if (isDown && reason?.kind === 'app-ended' && reason.app === primary) bringUp(step, spec.name);
  }
};
