import type { Finding } from './finding.ts';
import type { ReloadPlan } from './planned-reload.ts';
import type { AppSpec, PodSpec } from './pod-spec.ts';
import type { ProcessRequest } from './process-request.ts';
import type { AppEnd, FileChange, PodStopReason, Reason } from './reason.ts';
import type { Milliseconds, PodPhase, ProbeName, Role, StateName } from './vocabulary.ts';

/** An event of the pod, as facts, for people, programs and the dashboard. The readers word it. */
export type PodEvent =
  | PodPhaseEvent
  | AppEvent
  | ProcessEvent
  | ProbeEvent
  | RefusedEvent
  | SignalledEvent
  | ReloadEvent;

export interface PodPhaseEvent {
  readonly type: 'pod';
  readonly state: PodPhase;
  readonly name: string;
  readonly exitCode: number | null;
  readonly reason: PodStopReason | null;
}

/** One of several apps has ended; the others keep running. */
interface AppEvent extends AppEnd {
  readonly type: 'app';
}

export interface ProcessEvent {
  readonly type: 'process';
  readonly name: string;
  readonly role: Role;
  readonly app: AppSpec | null;
  readonly state: StateName;
  readonly previous: StateName;
  readonly pid: number | null;
  readonly restarts: number;
  readonly reason: Reason | null;
  /** The exit, if a run has just ended. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  readonly retryIn: Milliseconds | null;
}

export interface ProbeEvent {
  readonly type: 'probe';
  readonly name: string;
  readonly probe: ProbeName;
  readonly ok: boolean;
  readonly finding: Finding;
  /** False until the process's first success: earlier failures are the normal course of a start. */
  readonly everOk: boolean;
}

/** A process is sent a signal because its files have changed; it stays up. */
interface SignalledEvent extends FileChange {
  readonly type: 'signalled';
  readonly name: string;
  readonly signal: string;
}

/** The pod follows another spec from here on. The effects follow as events of their own. */
export interface ReloadEvent {
  readonly type: 'reload';
  readonly spec: PodSpec;
  readonly plan: ReloadPlan;
}

/** A request that cannot be carried out. */
export interface RefusedEvent {
  readonly type: 'refused';
  readonly name: string;
  readonly request: ProcessRequest;
  readonly because: Refusal;
}

export type Refusal = 'init-task-ran' | 'pod-stops' | 'unknown-process';

/** The reason why there is no decision on a request: the pod ended first, or an exception in sidecarctl stops it. */
export type Unanswered = 'pod-ended' | 'internal-error';
