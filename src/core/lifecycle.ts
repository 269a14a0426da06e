import type { Exit, LastExit } from '../model/exit.ts';
import type { Finding } from '../model/finding.ts';
import type { ProbeSpec } from '../model/pod-spec.ts';
import type { Reason, StopReason } from '../model/reason.ts';
import type { Survivor } from '../model/survivor.ts';
import { endApp, endOfEssential } from './app-end.ts';
import type { Launched } from './core-event.ts';
import { blockersOf, findUnsatisfiable, gatesAreSatisfied } from './gates.ts';
import { lastDoneIn } from './lingering.ts';
import { beginProbe, endProbe, patchInstance } from './probing.ts';
import {
  type Instance,
  isLive,
  isUp,
  type LiveState,
  type ProcessRecord,
  rootEndOf,
} from './process-state.ts';
import { afterExit, type RestartDecision } from './restart-policy.ts';
import type { Step } from './step.ts';
import { beginProcessStop, disarmAll, graceOf } from './stopping.ts';

/** Launches pending processes whose gates are satisfied, and reports those that have just begun to wait. */
export const launchUnblocked = (step: Step): void => {
  if (step.pod.stop !== null) return;
  const pending = step.records().filter(({ state }) => state.is === 'pending');
  if (pending.length === 0) return;
  const unsatisfiable = findUnsatisfiable(step.pod);
  for (const record of pending) {
    if (gatesAreSatisfied(step.pod, record, unsatisfiable)) launch(step, record);
    else if (record.reported !== 'pending') reportWait(step, record);
  }
};

const launch = (step: Step, { spec, generation: earlier }: ProcessRecord): void => {
  const { name } = spec;
  const generation = earlier + 1;
  step.commands.push({ type: 'launch', process: name, generation });
  const instance: Instance = {
    generation,
    workload: null,
    launchedAt: step.now,
    postStart: 'none',
    startupDeadline: null,
    probes: { startup: null, readiness: null, liveness: null },
  };
  step.patch(name, { generation });
  step.transitionSilently(name, { is: 'starting', instance });
};

const reportWait = (step: Step, record: ProcessRecord): void =>
  step.reportProcess(record.spec.name, { kind: 'waits', blockers: blockersOf(step.pod, record) });

export const onLaunched = (step: Step, { process: name, workload, imageSignal }: Launched): void => {
  const { state, spec } = step.record(name);
  if (!isLive(state) || state.instance.workload !== null) return;
  step.patch(name, { imageSignal });
  patchInstance(step, name, { workload });
  if (state.is !== 'starting') return;
  step.reportProcess(name);
  if (spec.postStart !== null) startPostStart(step, name, state.instance);
  if (spec.startup !== null) armStartupDeadline(step, name, spec.startup);
  beginProbe(step, name, 'startup');
  becomeStarted(step, name);
};

/** The deadline counts from the process's own launch, because launching two hundred processes takes a second or two. */
const armStartupDeadline = (step: Step, name: string, startup: ProbeSpec): void => {
  const budget = startup.initialDelay + startup.failureThreshold * startup.period;
  const startupDeadline = step.arm(name, 'startup-deadline', step.now + budget);
  patchInstance(step, name, { startupDeadline });
};

const startPostStart = (step: Step, name: string, { generation }: Instance): void => {
  step.commands.push({ type: 'run-hook', process: name, generation, hook: 'postStart' });
  patchInstance(step, name, { postStart: 'running' });
};

export const onPostStartEnded = (step: Step, name: string, ok: boolean, finding: Finding): void => {
  const { state } = step.record(name);
  if (state.is !== 'starting' || state.instance.postStart !== 'running') return;
  patchInstance(step, name, { postStart: 'done' });
  if (ok) becomeStarted(step, name);
  else beginProcessStop(step, name, { kind: 'hook-failed', hook: 'postStart', finding }, graceOf(step, name));
};

/** The startup probe has met its deadline, even if the postStart hook still runs. */
export const onStartupPassed = (step: Step, name: string): void => {
  const { state } = step.record(name);
  if (state.is !== 'starting') return;
  step.disarm(state.instance.startupDeadline);
  patchInstance(step, name, { startupDeadline: null });
  becomeStarted(step, name);
};

/** A process has started when it runs, its postStart hook has returned, and its startup probe has passed. */
const becomeStarted = (step: Step, name: string): void => {
  const { state, spec } = step.record(name);
  if (state.is !== 'starting' || !hasStarted(state.instance, spec.startup !== null)) return;
  endProbe(step, name, 'startup');
  const { instance } = step.record(name).state as LiveState;
  step.transition(name, { is: spec.readiness === null ? 'ready' : 'running', instance });
  beginProbe(step, name, 'readiness');
  beginProbe(step, name, 'liveness');
};

const hasStarted = (instance: Instance, probed: boolean): boolean =>
  instance.workload !== null &&
  instance.postStart !== 'running' &&
  (!probed || instance.probes.startup?.satisfied === true);

export const onReadiness = (step: Step, name: string, satisfied: boolean, finding: Finding): void => {
  const { state } = step.record(name);
  if (state.is === 'running' && satisfied) step.transition(name, { is: 'ready', instance: state.instance });
  if (state.is === 'ready' && !satisfied) {
    step.transition(name, { is: 'running', instance: state.instance }, { kind: 'not-ready', finding });
  }
};

/**
 * Stops a process whose startup or liveness probe fails, with hook and grace as in any stop. Then its restart policy
 * decides.
 */
export const onUnhealthy = (
  step: Step,
  name: string,
  probe: 'startup' | 'liveness',
  finding: Finding,
): void => {
  const { state, spec } = step.record(name);
  if (!isUp(state)) return;
  const grace = graceOf(step, name, spec[probe]?.grace);
  beginProcessStop(step, name, { kind: 'probe-failed', probe, finding }, grace);
};

export const onGone = (step: Step, name: string, exit: Exit, survivors: readonly Survivor[] = []): void => {
  const record = step.record(name);
  const { state } = record;
  if (!isLive(state)) return;
  step.reportLaunch(name);
  disarmAll(step, name);
  const lastExit = endOfRun(step, record, state, exit);
  step.patch(name, { lastExit, survivors });
  if (survivors.length > 0) holdDown(step, name, lastExit, survivors);
  else if (state.is === 'stopping') afterStop(step, name, state.stop.reason, lastExit);
  else followPolicy(step, name, { kind: 'exited', exit }, lastExit);
};

const endOfRun = (step: Step, { spec }: ProcessRecord, state: LiveState, exit: Exit): LastExit => {
  const stop = state.is === 'stopping' ? state.stop : null;
  const root = stop === null ? null : rootEndOf(stop.stage);
  const at = root?.at ?? step.now;
  return {
    exit: root?.exit ?? exit,
    at,
    ranFor: at - state.instance.launchedAt,
    after: stop === null ? 'itself' : lastDoneIn(stop.stage, spec.preStop !== null),
    unhealthy: stop !== null && isUnhealthy(stop.reason),
  };
};

/**
 * Keeps a process down because survivors of its last run exist: a new instance would compete with them for ports and
 * files.
 */
const holdDown = (step: Step, name: string, last: LastExit, survivors: readonly Survivor[]): void => {
  const reason = { kind: 'not-ended', survivors } as const;
  if (hasDoneItsWork(step.record(name), last)) return step.transition(name, { is: 'completed' }, reason);
  step.transition(name, { is: 'failed' }, reason);
  const { desired, spec } = step.record(name);
  if (desired && !spec.waitsForChange) propagateEnd(step, name);
};

const isUnhealthy = (reason: StopReason): boolean =>
  reason.kind === 'probe-failed' || reason.kind === 'hook-failed';

/** Decides after a stop: stay down, start again, or follow the restart policy. */
const afterStop = (step: Step, name: string, reason: StopReason, last: LastExit): void => {
  if (step.pod.stop !== null) return settleStopped(step, name, reason, last);
  if (!step.record(name).desired) return settleStopped(step, name, whyDown(reason), last);
  if (hasDoneItsWork(step.record(name), last)) {
    return endPermanently(step, name, 'completed', { kind: 'exited', exit: last.exit });
  }
  switch (reason.kind) {
    case 'pod-stops':
    case 'app-ended':
    case 'stop-requested':
    case 'restart-requested':
    case 'dependency-restarts':
    case 'files-changed':
    case 'config-changed':
    case 'removed':
      return step.transitionSilently(name, { is: 'pending' }, reason);
    case 'probe-failed':
    case 'hook-failed':
      return followPolicy(step, name, reason, last);
    case 'root-exited':
      return followPolicy(step, name, { kind: 'exited', exit: last.exit }, last);
    default:
      return reason satisfies never;
  }
};

const whyDown = (reason: StopReason): StopReason =>
  reason.kind === 'app-ended' ? reason : { kind: 'stop-requested' };

/** An init task that completed before it got its stop signal does not need to run again. */
const hasDoneItsWork = ({ spec }: ProcessRecord, { exit, after, unhealthy }: LastExit): boolean =>
  spec.role === 'init' && exit.status === 0 && !unhealthy && (after === 'itself' || after === 'hook');

/** A process that ended by itself before its signal gets the state of its exit code. */
const settleStopped = (step: Step, name: string, reason: StopReason, last: LastExit): void => {
  const { exit, after } = last;
  const endedByItself = after === 'itself' || hasDoneItsWork(step.record(name), last);
  if (!endedByItself) return step.transition(name, { is: 'stopped' }, reason);
  step.transition(name, { is: exit.status === 0 ? 'completed' : 'failed' }, { kind: 'exited', exit });
};

const followPolicy = (step: Step, name: string, reason: Reason, last: LastExit): void => {
  const decision = afterExit(step.record(name), last, step.now);
  switch (decision.kind) {
    case 'restart':
      return backOff(step, name, reason, decision);
    case 'give-up':
      return endPermanently(step, name, 'failed', { ...decision, kind: 'gave-up', exit: last.exit });
    case 'done':
      return endPermanently(step, name, decision.ok ? 'completed' : 'failed', reason);
    default:
      return decision satisfies never;
  }
};

type Restart = Extract<RestartDecision, { readonly kind: 'restart' }>;

const backOff = (
  step: Step,
  name: string,
  reason: Reason,
  { delay, crashes, restartedAt }: Restart,
): void => {
  step.patch(name, { crashes, restartedAt });
  step.transition(name, { is: 'backoff', retry: step.arm(name, 'retry', step.now + delay) }, reason);
  if (canStartAgain(step, name)) restartDependents(step, name);
  if (delay === 0) onRetry(step, name);
};

/** False if a dependency has failed permanently since the launch: then its dependents do not restart with it. */
const canStartAgain = (step: Step, name: string): boolean =>
  !blockersOf(step.pod, step.record(name)).some(({ permanent }) => permanent);

export const onRetry = (step: Step, name: string): void => {
  const { state, reason } = step.record(name);
  if (state.is !== 'backoff') return;
  step.disarm(state.retry);
  step.transitionSilently(name, { is: 'pending' }, reason);
};

const endPermanently = (step: Step, name: string, is: 'completed' | 'failed', reason: Reason): void => {
  const { spec, lastExit } = step.record(name);
  const exit = lastExit?.exit ?? null;
  if (is === 'failed' && spec.waitsForChange && exit !== null) {
    return step.transition(name, { is }, { kind: 'waits-for-change', exit });
  }
  step.transition(name, { is }, reason);
  propagateEnd(step, name);
};

/** Ends the app or pod that cannot continue without this process. */
const propagateEnd = (step: Step, name: string): void => {
  const { spec, lastExit, state } = step.record(name);
  const exit = lastExit?.exit ?? null;
  if (spec.role === 'primary' && exit !== null) {
    endApp(step, name, { kind: 'primary-ended', process: name, exit });
  } else if (spec.essential && !(spec.role === 'init' && state.is === 'completed')) {
    endOfEssential(step, name);
  }
};

/**
 * Restarts the dependents that asked for it: they stop in reverse order, and start again when their gates are
 * satisfied.
 */
export const restartDependents = (step: Step, name: string): void => {
  for (const dependent of step.pod.graph.restartsWith.get(name) ?? []) {
    if (!isUp(step.record(dependent).state)) continue;
    const reason = { kind: 'dependency-restarts', process: name } as const;
    beginProcessStop(step, dependent, reason, graceOf(step, dependent));
    restartDependents(step, dependent);
  }
};
