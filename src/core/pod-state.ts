import { type PodSpec, primariesOf } from '../model/pod-spec.ts';
import type { AppEnd, PodStopReason } from '../model/reason.ts';
import type { Milliseconds, PodPhase } from '../model/vocabulary.ts';
import type { ProcessRecord, Timer } from './process-state.ts';
import { Records } from './records.ts';
import { type StartGraph, startGraphOf } from './start-graph.ts';

export interface PodStop {
  readonly reason: PodStopReason;
  readonly requestedAt: Milliseconds;
  /** Time when the shared grace ends. */
  readonly graceUntil: Milliseconds;
  /** Primaries that were live when the stop began: only their ends count. */
  readonly livePrimaries: readonly string[];
}

export interface PodState {
  /** Current spec of the config. A live process may still have an earlier one, in its record. */
  readonly spec: PodSpec;
  readonly graph: StartGraph;
  /** Primaries of every instance of every app. */
  readonly primaries: readonly string[];
  /** Apps that have ended while others keep running, in that order. */
  readonly ends: readonly AppEnd[];
  readonly phase: PodPhase;
  /** Processes in start order, then those that are leaving. */
  readonly processes: Records;
  /** Processes that have left. A later one of the same name continues the count. */
  readonly left: ReadonlyMap<string, Departed>;
  readonly stop: PodStop | null;
  readonly startTimeout: { readonly timer: Timer; readonly after: Milliseconds } | null;
  readonly nextTimer: number;
}

/**
 * State that remains of a process that has left the config. A new process of that name would compete with its
 * survivors.
 */
export type Departed = Pick<ProcessRecord, 'generation' | 'survivors'>;

const NOBODY: Departed = { generation: 0, survivors: [] };

export const newPod = (spec: PodSpec, now: Milliseconds): PodState => ({
  spec,
  graph: startGraphOf([...spec.processes.values()], primariesOf(spec)),
  primaries: primariesOf(spec),
  ends: [],
  phase: 'starting',
  processes: Records.of([...spec.processes.values()].map((process) => newRecord(process, now))),
  left: new Map(),
  stop: null,
  startTimeout: null,
  nextTimer: 1,
});

export const newRecord = (
  spec: ProcessRecord['spec'],
  now: Milliseconds,
  { generation, survivors }: Departed = NOBODY,
): ProcessRecord => ({
  spec,
  desired: spec.desired,
  state: { is: spec.desired ? 'pending' : 'stopped' },
  since: now,
  reason: null,
  reported: spec.desired ? 'pending' : 'stopped',
  generation,
  firstGeneration: generation + 1,
  crashes: 0,
  restartedAt: [],
  lastExit: null,
  imageSignal: null,
  survivors,
});

/** Primaries that the pod waits for: those that are to run and whose apps have not ended. */
export const activePrimaries = (pod: PodState): ProcessRecord[] =>
  pod.primaries
    .filter((name) => !hasEnded(pod, name))
    .map((name) => recordOf(pod, name))
    .filter(({ desired }) => desired);

/** Ends that decide when the pod ends, and its exit code. */
export const countedEnds = (pod: PodState): readonly AppEnd[] => {
  const counting = pod.ends.filter(({ app }) => !recordOf(pod, app).spec.isSupport);
  return counting.length > 0 ? counting : pod.ends;
};

/** True if the app of this primary has ended while others keep running. */
export const hasEnded = ({ ends }: PodState, primary: string): boolean =>
  ends.some(({ app }) => app === primary);

export const recordOf = (pod: PodState, name: string): ProcessRecord => {
  const record = pod.processes.get(name);
  if (record === undefined) throw new Error(`no process ${name} in pod ${pod.spec.name}`);
  return record;
};
