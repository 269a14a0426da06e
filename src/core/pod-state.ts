import type { PodPhase } from './pod-event.ts';
import { type Milliseconds, type PodSpec, primaryOf } from './pod-spec.ts';
import type { ProcessRecord, Timer } from './process-state.ts';
import type { PodStopReason } from './reason.ts';
import { type StartGraph, startGraphOf } from './start-graph.ts';

export interface PodStop {
  readonly reason: PodStopReason;
  readonly requestedAt: Milliseconds;
  /** When the shared grace ends. */
  readonly graceUntil: Milliseconds;
  /** Whether the primary was there when the stop came: only then can its end count. */
  readonly primaryWasLive: boolean;
}

export interface PodState {
  readonly spec: PodSpec;
  readonly graph: StartGraph;
  readonly primary: string;
  readonly phase: PodPhase;
  readonly processes: ReadonlyMap<string, ProcessRecord>;
  readonly stop: PodStop | null;
  readonly startTimeout: { readonly timer: Timer; readonly after: Milliseconds } | null;
  readonly nextTimer: number;
}

/** A pod before its first event: everything wanted is pending, the rest stopped. */
export const newPod = (spec: PodSpec, now: Milliseconds): PodState => ({
  spec,
  graph: startGraphOf(spec),
  primary: primaryOf(spec).name,
  phase: 'starting',
  processes: new Map([...spec.processes].map(([name, process]) => [name, newRecord(process, now)])),
  stop: null,
  startTimeout: null,
  nextTimer: 1,
});

const newRecord = (spec: ProcessRecord['spec'], now: Milliseconds): ProcessRecord => ({
  spec,
  wanted: spec.wanted,
  state: { is: spec.wanted ? 'pending' : 'stopped' },
  since: now,
  reason: null,
  reported: spec.wanted ? 'pending' : 'stopped',
  generation: 0,
  crashes: 0,
  restartedAt: [],
  lastExit: null,
});

export const recordOf = (pod: PodState, name: string): ProcessRecord => {
  const record = pod.processes.get(name);
  if (record === undefined) throw new Error(`no process ${name} in pod ${pod.spec.name}`);
  return record;
};
