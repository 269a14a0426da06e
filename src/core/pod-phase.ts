import { blockersOf, hopelessOf } from './gates.ts';
import { beginPodStop, enterPhase } from './pod-stop.ts';
import { isStarted, type ProcessRecord } from './process-state.ts';
import type { Step } from './step.ts';

/**
 * The pod runs once its primary has started. It cannot go on when the primary, or one that is essential, waits for what
 * will never come; and where the primary is left out, it is over when all that was wanted has ended.
 */
export const followPhase = (step: Step): void => {
  if (step.pod.stop !== null) return;
  const primary = step.record(step.pod.primary);
  if (primary.wanted) followPrimary(step, primary);
  else followRest(step);
  giveUpStranded(step);
};

const followPrimary = (step: Step, record: ProcessRecord): void => {
  if (step.pod.phase === 'starting' && isStarted(record.state)) enterPhase(step, 'running');
  if (record.state.is === 'ready') startIsOver(step);
  if (record.state.is !== 'pending') return;
  const blockers = blockersOf(step.pod, record).filter(({ forGood }) => forGood);
  if (blockers.length > 0) beginPodStop(step, { kind: 'cannot-start', process: record.spec.name, blockers });
};

const followRest = (step: Step): void => {
  const records = step.records();
  if (records.every(({ wanted, state }) => !wanted || state.is === 'ready' || state.is === 'completed')) {
    if (step.pod.phase === 'starting') enterPhase(step, 'running');
    startIsOver(step);
  }
  endWithTheRest(step, records);
};

/** What was stopped by hand may be started again: only ends of their own count. */
const endWithTheRest = (step: Step, records: readonly ProcessRecord[]): void => {
  const hopeless = hopelessOf(step.pod);
  const counted = records.filter(({ wanted, spec }) => wanted || spec.wanted);
  const isOver = ({ state, spec }: ProcessRecord) =>
    state.is === 'completed' || state.is === 'failed' || hopeless.has(spec.name);
  if (counted.length === 0 || !counted.every(isOver)) return;
  const failed = counted.filter(({ state }) => state.is !== 'completed').map(({ spec }) => spec.name);
  beginPodStop(step, { kind: 'nothing-left', failed });
};

const startIsOver = (step: Step): void => {
  if (step.pod.startTimeout === null) return;
  step.disarm(step.pod.startTimeout.timer);
  step.patchPod({ startTimeout: null });
};

const giveUpStranded = (step: Step): void => {
  const waiting = step.records().filter(({ spec, state }) => spec.essential && state.is === 'pending');
  if (waiting.length === 0) return;
  const hopeless = hopelessOf(step.pod);
  const stranded = waiting.find(({ spec }) => hopeless.has(spec.name));
  if (stranded === undefined) return;
  beginPodStop(step, {
    kind: 'essential-ended',
    process: stranded.spec.name,
    exit: stranded.lastExit?.exit ?? null,
  });
};
