import { endApp, endOfEssential, endWithTheApps } from './app-end.ts';
import { blockersOf, findUnsatisfiable } from './gates.ts';
import { activePrimaries } from './pod-state.ts';
import { beginPodStop, enterPhase } from './pod-stop.ts';
import { isStarted, type ProcessRecord } from './process-state.ts';
import type { Step } from './step.ts';

/**
 * Updates the pod's phase. The pod is running once its primaries have started. An app ends if its primary, or an
 * essential process, can never start. If all primaries are left out, the pod ends when all started processes have
 * ended.
 */
export const followPhase = (step: Step): void => {
  endWithTheApps(step);
  const { stop, ends } = step.pod;
  if (stop !== null) return;
  const active = activePrimaries(step.pod);
  if (active.length > 0) followPrimaries(step, active);
  else followRest(step);
  giveUpUnsatisfiable(step);
  // The end of one app may unblock the others, or the end of the whole pod.
  if (step.pod.ends !== ends) followPhase(step);
};

const followPrimaries = (step: Step, records: readonly ProcessRecord[]): void => {
  if (step.pod.phase === 'starting' && records.every(({ state }) => isStarted(state)))
    enterPhase(step, 'running');
  if (records.every(({ state }) => state.is === 'ready')) startIsOver(step);
  for (const record of records) giveUpBlocked(step, record);
};

const giveUpBlocked = (step: Step, record: ProcessRecord): void => {
  if (record.state.is !== 'pending') return;
  const blockers = blockersOf(step.pod, record).filter(({ permanent }) => permanent);
  const process = record.spec.name;
  if (blockers.length > 0) endApp(step, process, { kind: 'cannot-start', process, blockers });
};

const followRest = (step: Step): void => {
  const records = step.records();
  if (records.every(({ desired, state }) => !desired || state.is === 'ready' || state.is === 'completed')) {
    if (step.pod.phase === 'starting') enterPhase(step, 'running');
    startIsOver(step);
  }
  endWithTheRest(step, records);
};

/** A process that was stopped by hand may be started again, so it does not count as ended. */
const endWithTheRest = (step: Step, records: readonly ProcessRecord[]): void => {
  const unsatisfiable = findUnsatisfiable(step.pod);
  const counted = records.filter(({ desired, spec }) => desired || spec.desired);
  const hasEnded = ({ state, spec }: ProcessRecord) =>
    state.is === 'completed' || state.is === 'failed' || unsatisfiable.has(spec.name);
  if (counted.length === 0 || !counted.every(hasEnded)) return;
  const failed = counted.filter(({ state }) => state.is !== 'completed').map(({ spec }) => spec.name);
  beginPodStop(step, { kind: 'nothing-left', failed });
};

const startIsOver = (step: Step): void => {
  if (step.pod.startTimeout === null) return;
  step.disarm(step.pod.startTimeout.timer);
  step.patchPod({ startTimeout: null });
};

const giveUpUnsatisfiable = (step: Step): void => {
  const waiting = step.records().filter(({ spec, state }) => spec.essential && state.is === 'pending');
  if (waiting.length === 0) return;
  const unsatisfiable = findUnsatisfiable(step.pod);
  for (const { spec } of waiting) if (unsatisfiable.has(spec.name)) endOfEssential(step, spec.name);
};
