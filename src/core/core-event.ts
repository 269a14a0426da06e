import type { Exit, HookName } from '../model/exit.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { ProcessRequest } from '../model/process-request.ts';
import type { FileChange } from '../model/reason.ts';
import type { Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import type { TimerPurpose } from './process-state.ts';

/** What the loop tells the core. */
export type CoreEvent =
  | { readonly type: 'start'; readonly startTimeout: Milliseconds | null }
  | { readonly type: 'launched'; readonly process: string; readonly generation: number; readonly pid: number }
  | RootExited
  | Gone
  | HookEnded
  | Probed
  | TimerFired
  /** An exception in sidecarctl itself: the pod stops in order, and has failed. */
  | { readonly type: 'crash'; readonly message: string }
  | Changed
  | Asked;

/** A request with the id that its `reply` has; null: nobody waits for an answer, as after a signal. */
export type Asked = Ask & { readonly id: number | null };

/** Something that a user or a client wants of the pod. */
export type Ask =
  /** A stop of the pod; a shorter grace than the running one shortens it. `grace` null: the pod's. */
  | { readonly type: 'stop'; readonly by: string; readonly grace: Milliseconds | null }
  /** No more patience: kill what is left. */
  | { readonly type: 'kill'; readonly by: string }
  | { readonly type: 'request'; readonly request: ProcessRequest; readonly process: string }
  /** Every process that is up, or waits to be up again, in the order of a stop and then of a start. */
  | { readonly type: 'restart-all' }
  /** The spec that the config gives now; the pod follows what differs. */
  | { readonly type: 'reload'; readonly spec: PodSpec };

/** The main process has ended, and some of what it started is still there. */
export interface RootExited {
  readonly type: 'root-exited';
  readonly process: string;
  readonly generation: number;
  readonly exit: Exit;
}

/**
 * The process and its whole tree are gone, but for what could not be ended; a hook or probe that still ran has ended
 * with it, unheard.
 */
export interface Gone {
  readonly type: 'gone';
  readonly process: string;
  readonly generation: number;
  /** Of its main process. */
  readonly exit: Exit;
  readonly survivors: readonly Survivor[];
}

/** Files that a process is watched for have changed. */
export interface Changed extends FileChange {
  readonly type: 'change';
  readonly process: string;
  /** Sent to it, if it has started; `null`: it is restarted. */
  readonly signal: string | null;
}

export interface HookEnded {
  readonly type: 'hook-ended';
  readonly process: string;
  readonly generation: number;
  readonly hook: HookName;
  readonly ok: boolean;
  readonly message: string;
}

export interface Probed {
  readonly type: 'probed';
  readonly process: string;
  readonly generation: number;
  readonly probe: ProbeName;
  /** The attempt this answers; null when the process said so by itself (log, notify). */
  readonly attempt: number | null;
  readonly ok: boolean;
  readonly message: string;
}

export interface TimerFired {
  readonly type: 'timer';
  /** Null: the pod's own. */
  readonly process: string | null;
  readonly purpose: TimerPurpose;
  readonly id: number;
}
