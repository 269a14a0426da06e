import type { Exit, LastExit } from './exit.ts';
import type { Blocker, PodStopReason, Reason, StopReason } from './reason.ts';
import type { Milliseconds, ProbeName, Role, StateName, StopStageName } from './vocabulary.ts';

/** All that is known of why a process is where it is. */
export interface Explanation {
  readonly process: string;
  readonly role: Role;
  readonly desired: boolean;
  readonly state: StateName;
  readonly since: Milliseconds;
  /** Why it came to be in this state; null where that is the plain course of things. */
  readonly reason: Reason | null;
  /** Where it is down because its app or the pod has ended: why these have. */
  readonly endReason: PodStopReason | null;
  readonly restarts: number;
  /** What must hold before it is launched, and does not. */
  readonly blockers: readonly Blocker[];
  /** Processes that cannot be launched before this one holds. */
  readonly dependents: readonly string[];
  readonly pendingSteps: readonly PendingStep[];
  readonly lastExit: LastExit | null;
  /** When it is started again, on the core's clock. */
  readonly retryAt: Milliseconds | null;
  readonly stop: StopExplanation | null;
}

/** A step of its start that has not come yet, with the newest that its probe had to say. */
export interface PendingStep {
  readonly what: 'launch' | 'postStart' | ProbeName;
  readonly message: string | null;
}

export interface StopExplanation {
  readonly reason: StopReason;
  readonly stage: StopStageName;
  readonly hookRunning: boolean;
  /** Those that must be gone before it gets its signal. */
  readonly waitsFor: readonly string[];
  readonly killAt: Milliseconds | null;
  /** How its main process ended, where only what that started is left. */
  readonly rootExit: Exit | null;
}
