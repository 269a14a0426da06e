import type { Exit, LastExit } from '../model/exit.ts';
import type { Finding } from '../model/finding.ts';
import type { ProcessSpec } from '../model/pod-spec.ts';
import type { Reason, StopReason } from '../model/reason.ts';
import type { StopSignal } from '../model/stop-signal.ts';
import type { Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName, StateName } from '../model/vocabulary.ts';
import { pidIn, type WorkloadId } from '../model/workload-id.ts';

/** Purpose of a timer. With the process and the timer's id it identifies late timers. */
export type TimerPurpose =
  | 'retry'
  | 'startup-deadline'
  | ProbeName
  | 'grace'
  | 'kill'
  | 'lost'
  | 'start-timeout';

/** A timer that is armed for one state: only the state that has it acts on it. */
export interface Timer {
  readonly id: number;
  readonly at: Milliseconds;
}

export interface ProbeState {
  /** Time when probing began, for the pace before the first success. */
  readonly since: Milliseconds;
  readonly next: Timer | null;
  /** Number of the newest attempt; results of older ones are late and ignored. */
  readonly attempt: number;
  /** Time of the newest attempt; null once it has been answered. */
  readonly attemptedAt: Milliseconds | null;
  readonly everOk: boolean;
  readonly successes: number;
  readonly failures: number;
  readonly countedAt: Milliseconds | null;
  /** Verdict of the thresholds; null before the first. */
  readonly satisfied: boolean | null;
  /** Newest result. */
  readonly last: { readonly at: Milliseconds; readonly ok: boolean; readonly finding: Finding } | null;
}

/** One run of a process: from its launch until its whole process tree is gone. */
export interface Instance {
  readonly generation: number;
  /** Null: it has not been launched yet. */
  readonly workload: WorkloadId | null;
  readonly launchedAt: Milliseconds;
  readonly postStart: 'none' | 'running' | 'done';
  readonly startupDeadline: Timer | null;
  readonly probes: Readonly<Record<ProbeName, ProbeState | null>>;
}

export type StopStage =
  /** Its preStop hook is running, or its dependents are still there. */
  | { readonly is: 'holding'; readonly hookRunning: boolean; readonly grace: Timer }
  /** `sent`: it got the stop signal itself, not only its stop command. */
  | { readonly is: 'signalled'; readonly at: Milliseconds; readonly sent: boolean; readonly kill: Timer }
  /** Its main process has ended. The processes that it started got SIGTERM at this time and are still there. */
  | { readonly is: 'lingering'; readonly at: Milliseconds; readonly root: RootEnd; readonly kill: Timer }
  | {
      readonly is: 'killed';
      readonly at: Milliseconds;
      /** End of its main process, or null if that is not known to have ended. */
      readonly root: RootEnd | null;
      readonly lost: Timer;
    };

/** The end of the main process, which gives the exit of the run. */
export interface RootEnd {
  readonly exit: Exit;
  readonly at: Milliseconds;
  readonly after: LastExit['after'];
}

export interface ProcessStop {
  readonly reason: StopReason;
  readonly requestedAt: Milliseconds;
  readonly grace: Grace;
  readonly stage: StopStage;
}

export interface Grace {
  /** Time until which it may wait for its turn. */
  readonly until: Milliseconds;
  /** Maximum time from its signal to its kill, if it has a grace of its own. */
  readonly own: Milliseconds | null;
}

export type ProcessState =
  | { readonly is: 'pending' }
  | { readonly is: 'starting'; readonly instance: Instance }
  | { readonly is: 'running'; readonly instance: Instance }
  | { readonly is: 'ready'; readonly instance: Instance }
  | { readonly is: 'backoff'; readonly retry: Timer }
  | { readonly is: 'stopping'; readonly instance: Instance; readonly stop: ProcessStop }
  | { readonly is: 'completed' }
  | { readonly is: 'failed' }
  | { readonly is: 'stopped' };

export type LiveState = Extract<ProcessState, { readonly instance: Instance }>;
export type UpState = Exclude<LiveState, { readonly is: 'stopping' }>;
export type StoppingState = Extract<ProcessState, { readonly is: 'stopping' }>;

export interface ProcessRecord {
  /** Spec that its instance was launched from, or will be. */
  readonly spec: ProcessSpec;
  /** Desired state: false if it is to stay down. */
  readonly desired: boolean;
  readonly state: ProcessState;
  readonly since: Milliseconds;
  /** Reason for its state, or null in the normal course of a start. */
  readonly reason: Reason | null;
  /** State that was reported last. A state that is only passed through is not reported. */
  readonly reported: StateName;
  /** Number of its newest launch. */
  readonly generation: number;
  /** Number of its first launch: more than 1 if an earlier process had its name. */
  readonly firstGeneration: number;
  /** Number of consecutive ends that led to a restart, which gives the place on the back-off curve. */
  readonly crashes: number;
  /** Times of its restarts, as far back as the limit's window. */
  readonly restartedAt: readonly Milliseconds[];
  readonly lastExit: LastExit | null;
  /** Signal that the image of its newest launch names for a stop. */
  readonly imageSignal: StopSignal | null;
  /** Survivors of its last run. No new instance is launched while they exist, unless it is started by name. */
  readonly survivors: readonly Survivor[];
}

/** The signal that ends it in order. One that the config names wins over the image's. */
export const stopSignalOf = ({ spec, imageSignal }: ProcessRecord): StopSignal =>
  (spec.stop.isDefault ? imageSignal : null) ?? spec.stop;

export const isLive = (state: ProcessState): state is LiveState => 'instance' in state;

export const isUp = (state: ProcessState): state is UpState => isLive(state) && state.is !== 'stopping';
export const isStarted = (state: ProcessState): boolean => state.is === 'running' || state.is === 'ready';

/** Pid of its main process, or null if there is none, or if it has ended and left others behind. */
export const pidOf = (state: ProcessState): number | null => {
  if (!isLive(state)) return null;
  return state.is === 'stopping' && rootEndOf(state.stop.stage) !== null
    ? null
    : pidIn(state.instance.workload);
};

/** End of the main process, or null if it is still there. */
export const rootEndOf = (stage: StopStage): RootEnd | null => {
  switch (stage.is) {
    case 'holding':
    case 'signalled':
      return null;
    case 'lingering':
    case 'killed':
      return stage.root;
    default:
      return stage satisfies never;
  }
};

/** Number of launches after the first. */
export const restartsOf = (record: ProcessRecord): number =>
  Math.max(0, record.generation - record.firstGeneration);
