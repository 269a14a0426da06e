import type { Exit, LastExit } from './exit.ts';
import type { Finding } from './finding.ts';
import type { Blocker, PodStopReason, Reason, StartWait, StopReason } from './reason.ts';
import type { Milliseconds, ProbeName, Role, StateName, StopStageName } from './vocabulary.ts';

/** All facts about why a process is in its state. */
export interface Explanation {
  readonly process: string;
  readonly role: Role;
  readonly desired: boolean;
  readonly state: StateName;
  readonly since: Milliseconds;
  /** Reason for this state, or null in the normal course of a start. */
  readonly reason: Reason | null;
  /** Reason why its app or the pod has ended, if that is why it is down. */
  readonly endReason: PodStopReason | null;
  readonly restarts: number;
  /** Dependencies that must be satisfied before it is launched, and are not. */
  readonly blockers: readonly Blocker[];
  /** The process at the end of the chain, if a dependency waits for others itself. */
  readonly root: StartWait | null;
  /** Names of processes that wait for this one before they are launched. */
  readonly dependents: readonly string[];
  readonly pendingSteps: readonly PendingStep[];
  readonly lastExit: LastExit | null;
  /** Time of the next restart, on the core's clock. */
  readonly retryAt: Milliseconds | null;
  readonly stop: StopExplanation | null;
}

/** A step of the start that is still to come, with the newest finding of its probe. */
export interface PendingStep {
  readonly what: 'launch' | 'postStart' | ProbeName;
  readonly finding: Finding | null;
}

export interface StopExplanation {
  readonly reason: StopReason;
  readonly stage: StopStageName;
  readonly hookRunning: boolean;
  /** Names of processes that must be gone before it gets its signal. */
  readonly waitsFor: readonly string[];
  readonly killAt: Milliseconds | null;
  /** Exit of its main process, if only processes that it started are left. */
  readonly rootExit: Exit | null;
}
