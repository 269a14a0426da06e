import type { Exit, LastExit } from '../model/exit.ts';
import type { ProcessSpec } from '../model/pod-spec.ts';
import type { Reason, StopReason } from '../model/reason.ts';
import type { Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName, StateName } from '../model/vocabulary.ts';

/** What a timer is for; with the process and the number it makes a timer that can be told from a late one. */
export type TimerPurpose =
  | 'retry'
  | 'startup-deadline'
  | ProbeName
  | 'grace'
  | 'kill'
  | 'lost'
  | 'start-timeout';

/** Armed for one state: whoever holds it obeys it, and nobody else does. */
export interface Timer {
  readonly id: number;
  readonly at: Milliseconds;
}

export interface ProbeState {
  /** When probing began, for the pace before the first success. */
  readonly since: Milliseconds;
  readonly next: Timer | null;
  /** Number of the newest attempt; results of older ones are late and ignored. */
  readonly attempt: number;
  /** When the newest attempt was made; null once it has been answered. */
  readonly attemptedAt: Milliseconds | null;
  readonly everOk: boolean;
  readonly successes: number;
  readonly failures: number;
  readonly countedAt: Milliseconds | null;
  /** The verdict the thresholds gave; null before the first. */
  readonly satisfied: boolean | null;
  readonly last: { readonly ok: boolean; readonly message: string } | null;
}

/** One run of a process: from its launch until its whole process tree is gone. */
export interface Instance {
  readonly generation: number;
  readonly pid: number | null;
  readonly launchedAt: Milliseconds;
  readonly postStart: 'none' | 'running' | 'done';
  readonly startupDeadline: Timer | null;
  readonly probes: Readonly<Record<ProbeName, ProbeState | null>>;
}

export type StopStage =
  /** Its preStop hook runs, or what depends on it is still there. */
  | { readonly is: 'holding'; readonly hookRunning: boolean; readonly grace: Timer }
  /** `sent`: it had the stop signal itself, not only its stop command. */
  | { readonly is: 'signalled'; readonly at: Milliseconds; readonly sent: boolean; readonly kill: Timer }
  /** Its main process has ended; what that started was asked to go `at` this time, and is still there. */
  | { readonly is: 'lingering'; readonly at: Milliseconds; readonly root: RootEnd; readonly kill: Timer }
  | {
      readonly is: 'killed';
      readonly at: Milliseconds;
      /** Null: its main process has not ended yet, as far as is known. */
      readonly root: RootEnd | null;
      readonly lost: Timer;
    };

/** How the main process ended, which is what the exit of the run comes from. */
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
  /** Until then it may wait its turn. */
  readonly until: Milliseconds;
  /** The longest from its signal to its kill, where it has a grace of its own. */
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
  /** What its instance was launched from, or is going to be. */
  readonly spec: ProcessSpec;
  /** What is wanted, apart from what is: false when it is to stay down. */
  readonly desired: boolean;
  readonly state: ProcessState;
  readonly since: Milliseconds;
  /** Why it is in its state, where that is not the plain course of things. */
  readonly reason: Reason | null;
  /** The state that readers were told last; one that it only passes through is not reported. */
  readonly reported: StateName;
  /** Number of its newest launch. */
  readonly generation: number;
  /** Number of its first launch: more than 1 where an earlier process had its name. */
  readonly firstGeneration: number;
  /** Ends in a row that were answered with a restart: the place on the back-off curve. */
  readonly crashes: number;
  /** When it was restarted, as far back as the limit's window reaches. */
  readonly restartedAt: readonly Milliseconds[];
  readonly lastExit: LastExit | null;
  /** What is left of its last run because no signal ended it: nothing is launched beside it unless asked for by name. */
  readonly survivors: readonly Survivor[];
}

export const isLive = (state: ProcessState): state is LiveState => 'instance' in state;

export const isUp = (state: ProcessState): state is UpState => isLive(state) && state.is !== 'stopping';
export const isStarted = (state: ProcessState): boolean => state.is === 'running' || state.is === 'ready';

/** Of its main process; null: there is none, or it has ended while what it started is still there. */
export const pidOf = (state: ProcessState): number | null => {
  if (!isLive(state)) return null;
  return state.is === 'stopping' && rootEndOf(state.stop.stage) !== null ? null : state.instance.pid;
};

/** Null: the main process is still there. */
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

/** Launches beyond the first. */
export const restartsOf = (record: ProcessRecord): number =>
  Math.max(0, record.generation - record.firstGeneration);
