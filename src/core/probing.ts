import type { ProbeSpec } from '../model/pod-spec.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import type { Probed } from './core-event.ts';
import { type Instance, isLive, type LiveState, type ProbeState } from './process-state.ts';
import type { Step } from './step.ts';

/**
 * Pace before the first success: 20 ms, slowing to a fiftieth of the time already waited, so that a gate opens at most
 * 2% late and a slow start is not flooded with attempts.
 */
const FIRST_PACE: Milliseconds = 20;
const PACE_SHARE = 0.02;

export type ProbeChange = 'none' | 'satisfied' | 'fails';

/** Starts probing an instance, if the process has that probe. */
export const beginProbe = (step: Step, name: string, probe: ProbeName): void => {
  const spec = step.record(name).spec[probe];
  if (spec === null) return;
  setProbe(step, name, probe, {
    since: step.now,
    next: null,
    attempt: 0,
    attemptedAt: null,
    everOk: false,
    successes: 0,
    failures: 0,
    countedAt: null,
    satisfied: null,
    last: null,
  });
  if (spec.initialDelay === 0) attempt(step, name, probe);
  else schedule(step, name, probe, step.now + spec.initialDelay);
};

export const endProbe = (step: Step, name: string, probe: ProbeName): void => {
  const state = probeOf(step, name, probe);
  if (state === null) return;
  step.disarm(state.next);
  setProbe(step, name, probe, null);
};

export const attempt = (step: Step, name: string, probe: ProbeName): void => {
  const state = probeOf(step, name, probe);
  if (state === null) return;
  const { generation } = step.record(name);
  const number = state.attempt + 1;
  setProbe(step, name, probe, { ...state, next: null, attempt: number, attemptedAt: step.now });
  step.commands.push({ type: 'probe', process: name, generation, probe, attempt: number });
};

/** Applies a result and returns how the probe's verdict changed. */
export const takeResult = (step: Step, event: Probed): ProbeChange => {
  const { process: name, probe } = event;
  const spec = step.record(name).spec[probe];
  const before = probeOf(step, name, probe);
  if (spec === null || before === null || isLate(before, event)) return 'none';
  const after = event.ok ? succeeded(spec, before, event, step.now) : failed(spec, before, event, step.now);
  setProbe(step, name, probe, after);
  reportChange(step, event, before, after);
  scheduleNext(step, event, spec, after);
  if (after.satisfied === before.satisfied) return 'none';
  return after.satisfied === true ? 'satisfied' : 'fails';
};

/** True for any answer but the first one to the newest attempt. */
const isLate = (state: ProbeState, { attempt }: Probed): boolean =>
  attempt !== null && (attempt !== state.attempt || state.attemptedAt === null);

const succeeded = (
  spec: ProbeSpec,
  state: ProbeState,
  { finding }: Probed,
  now: Milliseconds,
): ProbeState => {
  const successes = state.successes + 1;
  return {
    ...state,
    everOk: true,
    successes,
    failures: 0,
    satisfied: successes >= spec.successThreshold || isSaid(spec) ? true : state.satisfied,
    last: { at: now, ok: true, finding },
  };
};

/** A failure counts at most once a period, however often the probe tries. */
const failed = (spec: ProbeSpec, state: ProbeState, { finding }: Probed, now: Milliseconds): ProbeState => {
  const counts = state.everOk || state.countedAt === null || now - state.countedAt >= spec.period;
  const failures = counts ? state.failures + 1 : state.failures;
  return {
    ...state,
    successes: 0,
    failures,
    countedAt: counts ? now : state.countedAt,
    satisfied: failures >= spec.failureThreshold ? false : state.satisfied,
    last: { at: now, ok: false, finding },
  };
};

const reportChange = (step: Step, event: Probed, before: ProbeState, after: ProbeState): void => {
  if (before.last?.ok === event.ok) return;
  const { process: name, probe, ok, finding } = event;
  step.report({ type: 'probe', name, probe, ok, finding, everOk: after.everOk });
};

const scheduleNext = (
  step: Step,
  { process, probe, attempt }: Probed,
  spec: ProbeSpec,
  state: ProbeState,
): void => {
  if (hasEnded(probe, spec, state)) rest(step, process, probe, state);
  else if (attempt !== null) schedule(step, process, probe, nextAttemptAt(spec, state, step.now));
};

/**
 * A startup probe ends with its first success, and so does a probe that the process answers by itself: it cannot be
 * taken back.
 */
const hasEnded = (probe: ProbeName, spec: ProbeSpec, state: ProbeState): boolean =>
  state.satisfied === true && (probe === 'startup' || isSaid(spec));

const rest = (step: Step, name: string, probe: ProbeName, state: ProbeState): void => {
  step.disarm(state.next);
  setProbe(step, name, probe, { ...state, next: null, attemptedAt: null });
};

const nextAttemptAt = (spec: ProbeSpec, state: ProbeState, now: Milliseconds): Milliseconds => {
  const attemptedAt = state.attemptedAt ?? now;
  const regular = Math.max(now, attemptedAt + spec.period);
  if (state.everOk || isSaid(spec)) return regular;
  const pace = Math.max(FIRST_PACE, (now - state.since) * PACE_SHARE, now - attemptedAt);
  return Math.min(regular, now + pace);
};

/** True for a probe that the process answers by itself: trying more often would not get the answer earlier. */
const isSaid = ({ target }: ProbeSpec): boolean => target.kind === 'log' || target.kind === 'notify';

const schedule = (step: Step, name: string, probe: ProbeName, at: Milliseconds): void => {
  const state = probeOf(step, name, probe);
  if (state === null) return;
  step.disarm(state.next);
  setProbe(step, name, probe, { ...state, next: step.arm(name, probe, at), attemptedAt: null });
};

const probeOf = (step: Step, name: string, probe: ProbeName): ProbeState | null => {
  const { state } = step.record(name);
  return isLive(state) ? state.instance.probes[probe] : null;
};

const setProbe = (step: Step, name: string, probe: ProbeName, value: ProbeState | null): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  const probes = { ...state.instance.probes, [probe]: value };
  step.note(name, { state: { ...state, instance: { ...state.instance, probes } } });
};

/** Changes a live instance without a change of state. */
export const patchInstance = (step: Step, name: string, patch: Partial<Instance>): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  const next: LiveState = { ...state, instance: { ...state.instance, ...patch } };
  step.patch(name, { state: next });
};
