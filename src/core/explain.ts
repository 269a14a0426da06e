import type { Explanation, PendingStep, StopExplanation } from '../model/explanation.ts';
import type { Blocker, PodStopReason, Reason, StartWait } from '../model/reason.ts';
import type { ProbeName } from '../model/vocabulary.ts';
import { blockersOf, findUnsatisfiable, stopsAfter } from './gates.ts';
import { activePrimaries, type PodState, recordOf } from './pod-state.ts';
import { type Instance, type ProcessRecord, restartsOf, rootEndOf } from './process-state.ts';

export const explain = (pod: PodState, name: string): Explanation => {
  const found = explainAll(pod).find(({ process }) => process === name);
  if (found === undefined) throw new Error(`there is no process ${name}`);
  return found;
};

/** Explains what a process waits for, what that waits for, and so on to the end; empty if it waits for none. */
export const explainWait = (pod: PodState, name: string): readonly Explanation[] => {
  const all = new Map(explainAll(pod).map((one) => [one.process, one]));
  const chain = new Set<Explanation>();
  for (let next = blockerIn(all, name); next !== undefined && !chain.has(next); ) {
    chain.add(next);
    next = blockerIn(all, next.process);
  }
  return [...chain];
};

/** The first process in the way of another one. */
const blockerIn = (all: ReadonlyMap<string, Explanation>, name: string): Explanation | undefined => {
  const { state, blockers } = all.get(name) ?? {};
  return state === 'pending' ? all.get(blockers?.[0]?.process ?? '') : undefined;
};

/**
 * Explains every process, in start order. It looks at each process once, so the cost grows with the pod's size only.
 */
export const explainAll = (pod: PodState): Explanation[] => {
  const unsatisfiable = findUnsatisfiable(pod);
  const records = [...pod.processes.values()];
  const blockers = new Map(
    records.map((record) => [record, isWaitingToStart(record) ? blockersOf(pod, record, unsatisfiable) : []]),
  );
  const dependents = new Map<string, string[]>(records.map(({ spec }) => [spec.name, []]));
  for (const [{ spec, desired, state }, list] of blockers) {
    if (!desired || state.is !== 'pending') continue;
    for (const { process } of list) dependents.get(process)?.push(spec.name);
  }
  const roots = waitRoots(pod, blockers);
  return records.map((record) => {
    const { name } = record.spec;
    return explained(pod, record, {
      blockers: blockers.get(record) ?? [],
      root: roots.get(name) ?? null,
      dependents: dependents.get(name) ?? [],
    });
  });
};

type Blockers = ReadonlyMap<ProcessRecord, readonly Blocker[]>;

/** The end of the chain of each process whose dependency waits itself. Dependencies come first in the start order. */
const waitRoots = (pod: PodState, blockers: Blockers): ReadonlyMap<string, StartWait> => {
  const roots = new Map<string, StartWait>();
  for (const [{ spec }, list] of blockers) {
    const pending = list.find(({ state }) => state === 'pending');
    if (pending === undefined) continue;
    const record = recordOf(pod, pending.process);
    const [next] = blockers.get(record) ?? [];
    roots.set(
      spec.name,
      roots.get(pending.process) ?? startWait(next === undefined ? record : recordOf(pod, next.process)),
    );
  }
  return roots;
};

const isWaitingToStart = ({ state }: ProcessRecord): boolean =>
  state.is === 'pending' || state.is === 'backoff';

const explained = (
  pod: PodState,
  record: ProcessRecord,
  wait: Pick<Explanation, 'blockers' | 'root' | 'dependents'>,
): Explanation => {
  return {
    process: record.spec.name,
    role: record.spec.role,
    desired: record.desired,
    state: record.state.is,
    since: record.since,
    reason: record.reason,
    endReason: endReasonOf(pod, record.reason),
    restarts: restartsOf(record),
    ...wait,
    pendingSteps: pendingSteps(record),
    lastExit: record.lastExit,
    retryAt: record.state.is === 'backoff' ? record.state.retry.at : null,
    stop: explainStop(pod, record),
  };
};

const endReasonOf = ({ stop, ends }: PodState, reason: Reason | null): PodStopReason | null => {
  if (reason?.kind === 'pod-stops') return stop?.reason ?? null;
  if (reason?.kind !== 'app-ended') return null;
  return ends.find(({ app }) => app === reason.app)?.reason ?? null;
};

const pendingSteps = ({ state, spec }: ProcessRecord): PendingStep[] => {
  if (state.is === 'running') return [pendingProbe(state.instance, 'readiness')];
  if (state.is !== 'starting') return [];
  const { instance } = state;
  if (instance.workload === null) return [{ what: 'launch', finding: null }];
  const startup = spec.startup !== null && instance.probes.startup?.satisfied !== true;
  return [
    ...(startup ? [pendingProbe(instance, 'startup')] : []),
    ...(instance.postStart === 'running' ? [{ what: 'postStart' as const, finding: null }] : []),
  ];
};

const pendingProbe = ({ probes }: Instance, what: ProbeName): PendingStep => ({
  what,
  finding: probes[what]?.last?.finding ?? null,
});

const explainStop = (pod: PodState, { state, spec }: ProcessRecord): StopExplanation | null => {
  if (state.is !== 'stopping') return null;
  const { stage, reason } = state.stop;
  return {
    reason,
    stage: stage.is,
    hookRunning: stage.is === 'holding' && stage.hookRunning,
    waitsFor: stage.is === 'holding' ? stopsAfter(pod, spec.name) : [],
    killAt: 'kill' in stage ? stage.kill.at : null,
    rootExit: rootEndOf(stage)?.exit ?? null,
  };
};

/** Processes that a pod which is not up yet is waiting for: the roots of the wait, without those that wait for them. */
export const startWaits = (pod: PodState): StartWait[] => {
  const active = activePrimaries(pod);
  const late = (active.length > 0 ? active : [...pod.processes.values()]).filter(isLate);
  const roots = new Set<ProcessRecord>();
  for (const record of late) addRoots(pod, record, roots, new Set());
  return [...roots].map(startWait);
};

const isLate = ({ desired, state }: ProcessRecord): boolean =>
  desired && state.is !== 'ready' && state.is !== 'completed';

const addRoots = (
  pod: PodState,
  record: ProcessRecord,
  roots: Set<ProcessRecord>,
  seen: Set<string>,
): void => {
  if (seen.has(record.spec.name)) return;
  seen.add(record.spec.name);
  const blockers = record.state.is === 'pending' ? blockersOf(pod, record) : [];
  if (blockers.length === 0) roots.add(record);
  for (const { process } of blockers) addRoots(pod, recordOf(pod, process), roots, seen);
};

const startWait = (record: ProcessRecord): StartWait => ({
  process: record.spec.name,
  state: record.state.is,
  finding: pendingSteps(record)[0]?.finding ?? null,
  end: record.state.is === 'backoff' || record.state.is === 'failed' ? record.reason : null,
});
