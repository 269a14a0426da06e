import { holds } from './gates.ts';
import { restartDependents } from './lifecycle.ts';
import type { RefusedEvent } from './pod-event.ts';
import type { PodState } from './pod-state.ts';
import { isLive, type ProcessRecord } from './process-state.ts';
import type { StopReason } from './reason.ts';
import type { Step } from './step.ts';
import { beginProcessStop, graceOf } from './stopping.ts';

type Request = RefusedEvent['request'];

/** Somebody asks for a process to be started, stopped or restarted: the wish is changed, the rest follows. */
export const onRequest = (step: Step, request: Request, name: string): void => {
  const record = step.find(name);
  const isGoing = !step.pod.spec.processes.has(name);
  const because = record === undefined || isGoing ? 'unknown-process' : refusal(step, request, record);
  if (because !== null) return step.report({ type: 'refused', name, request, because });
  switch (request) {
    case 'start':
      return start(step, name);
    case 'stop':
      return stop(step, name);
    case 'restart':
      return restart(step, name);
    default:
      return request satisfies never;
  }
};

const refusal = (step: Step, request: Request, record: ProcessRecord): RefusedEvent['because'] | null => {
  if (step.pod.stop !== null) return 'pod-stops';
  const initRan = record.spec.role === 'init' && record.state.is === 'completed';
  return initRan && request !== 'stop' ? 'init-task-ran' : null;
};

const start = (step: Step, name: string): void => {
  for (const missing of missingFor(step.pod, name)) wantUp(step, missing);
};

export const stop = (step: Step, name: string): void => {
  const { state } = step.patch(name, { wanted: false });
  if (isLive(state)) return stopOne(step, name, { kind: 'stop-requested' });
  if (state.is === 'backoff') step.disarm(state.retry);
  if (state.is === 'backoff' || state.is === 'pending') {
    step.enter(name, { is: 'stopped' }, { kind: 'stop-requested' });
  }
};

const restart = (step: Step, name: string): void => {
  restartDependents(step, name);
  start(step, name);
  if (!isLive(step.record(name).state)) return;
  step.patch(name, FORGOTTEN);
  stopOne(step, name, { kind: 'restart-requested' });
};

const stopOne = (step: Step, name: string, reason: StopReason): void =>
  beginProcessStop(step, name, reason, graceOf(step, name));

/** A process and, as a service manager does, all that it needs and that is not there. */
const missingFor = (pod: PodState, name: string, found = new Set<string>()): Set<string> => {
  if (found.has(name)) return found;
  found.add(name);
  for (const dependency of pod.spec.processes.get(name)?.dependsOn ?? []) {
    if (dependency.required && !holds(pod, dependency)) missingFor(pod, dependency.process, found);
  }
  return found;
};

/** By hand means now: nothing is left of earlier ends. */
export const FORGOTTEN = { crashes: 0, restartedAt: [] } as const;

export const wantUp = (step: Step, name: string): void => {
  const { state } = step.patch(name, { wanted: true });
  if (isLive(state)) return;
  step.patch(name, FORGOTTEN);
  if (state.is === 'pending') return;
  if (state.is === 'backoff') step.disarm(state.retry);
  step.pass(name, { is: 'pending' });
};
