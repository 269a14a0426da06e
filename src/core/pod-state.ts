import { type PodSpec, primariesOf } from '../model/pod-spec.ts';
import type { AppEnd, PodStopReason } from '../model/reason.ts';
import type { Milliseconds, PodPhase } from '../model/vocabulary.ts';
import type { ProcessRecord, Timer } from './process-state.ts';
import { type StartGraph, startGraphOf } from './start-graph.ts';

export interface PodStop {
  readonly reason: PodStopReason;
  readonly requestedAt: Milliseconds;
  /** When the shared grace ends. */
  readonly graceUntil: Milliseconds;
  /** The primaries that were there when the stop came: only of these can the end count. */
  readonly livePrimaries: readonly string[];
}

export interface PodState {
  /** What the config says by now; a process that lives may still be of an earlier one, and has it in its record. */
  readonly spec: PodSpec;
  readonly graph: StartGraph;
  /** Of every instance of every app. */
  readonly primaries: readonly string[];
  /** The apps that are over while others go on, in the order of their ends. */
  readonly ends: readonly AppEnd[];
  readonly phase: PodPhase;
  /** In start order; those that are leaving come last. */
  readonly processes: ReadonlyMap<string, ProcessRecord>;
  /** Processes that have left: one that comes back under the same name goes on counting. */
  readonly left: ReadonlyMap<string, Departed>;
  readonly stop: PodStop | null;
  readonly startTimeout: { readonly timer: Timer; readonly after: Milliseconds } | null;
  readonly nextTimer: number;
}

/** A pod before its first event: everything wanted is pending, the rest stopped. */
/** What is left of a process of an earlier config: another beside those that could not be ended would fight them. */
export type Departed = Pick<ProcessRecord, 'generation' | 'survivors'>;

const NOBODY: Departed = { generation: 0, survivors: [] };

export const newPod = (spec: PodSpec, now: Milliseconds): PodState => ({
  spec,
  graph: startGraphOf([...spec.processes.values()], primariesOf(spec)),
  primaries: primariesOf(spec),
  ends: [],
  phase: 'starting',
  processes: new Map([...spec.processes].map(([name, process]) => [name, newRecord(process, now)])),
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
  survivors,
});

/** The primaries that the pod waits for: wanted, and their apps not over. */
export const activePrimaries = (pod: PodState): ProcessRecord[] =>
  pod.primaries
    .filter((name) => !hasEnded(pod, name))
    .map((name) => recordOf(pod, name))
    .filter(({ desired }) => desired);

/** The ends that the pod's own end, and its exit code, are made of. */
export const countedEnds = (pod: PodState): readonly AppEnd[] => {
  const counting = pod.ends.filter(({ app }) => !recordOf(pod, app).spec.isSupport);
  return counting.length > 0 ? counting : pod.ends;
};

/** Whether the app of this primary has ended while others go on. */
export const hasEnded = ({ ends }: PodState, primary: string): boolean =>
  ends.some(({ app }) => app === primary);

export const recordOf = (pod: PodState, name: string): ProcessRecord => {
  const record = pod.processes.get(name);
  if (record === undefined) throw new Error(`no process ${name} in pod ${pod.spec.name}`);
  return record;
};
