import type { ProcessRequest } from './core-event.ts';
import type { Milliseconds, Role } from './pod-spec.ts';
import type { ProbeName, StateName } from './process-state.ts';
import type { PodStopReason, Reason } from './reason.ts';

export type PodPhase = 'starting' | 'running' | 'stopping' | 'stopped';

/** What happened, for the readers: people, machines, the dashboard. Facts only; wording is theirs. */
export type PodEvent = PodPhaseEvent | ProcessEvent | ProbeEvent | RefusedEvent;

export interface PodPhaseEvent {
  readonly type: 'pod';
  readonly state: PodPhase;
  readonly name: string;
  readonly exitCode: number | null;
  readonly reason: PodStopReason | null;
}

export interface ProcessEvent {
  readonly type: 'process';
  readonly name: string;
  readonly role: Role;
  readonly state: StateName;
  readonly previous: StateName;
  readonly pid: number | null;
  readonly restarts: number;
  readonly reason: Reason | null;
  /** Set when a run has just ended. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  readonly retryIn: Milliseconds | null;
}

export interface ProbeEvent {
  readonly type: 'probe';
  readonly name: string;
  readonly probe: ProbeName;
  readonly ok: boolean;
  readonly message: string;
  /** False until the process's first success: failures before it are the normal course of a start. */
  readonly everOk: boolean;
}

/** A request that cannot be carried out. */
export interface RefusedEvent {
  readonly type: 'refused';
  readonly name: string;
  readonly request: ProcessRequest;
  readonly because: Refusal;
}

export type Refusal = 'init-task-ran' | 'pod-stops' | 'unknown-process';
