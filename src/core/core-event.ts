import type { Exit, HookName } from '../model/exit.ts';
import type { Finding } from '../model/finding.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { ProcessRequest } from '../model/process-request.ts';
import type { FileChange } from '../model/reason.ts';
import type { StopSignal } from '../model/stop-signal.ts';
import type { Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import type { WorkloadId } from '../model/workload-id.ts';
import type { TimerPurpose } from './process-state.ts';

/** An event from the loop. */
export type CoreEvent =
  | { readonly type: 'start'; readonly startTimeout: Milliseconds | null }
  | Launched
  | RootExited
  | Gone
  | HookEnded
  | Probed
  | TimerFired
  /** An exception in sidecarctl itself: the pod stops in order, and fails. */
  | { readonly type: 'crash'; readonly message: string }
  | Changed
  | Refreshed
  | Asked;

/** A request with the id that its `reply` carries, or null if nobody waits for a reply, as after a signal. */
export type Asked = Ask & { readonly id: number | null };

/** A request of a user or a client. */
export type Ask =
  /** Stops the pod. A shorter grace than the running one shortens it; `grace` null: the pod's. */
  | { readonly type: 'stop'; readonly by: string; readonly grace: Milliseconds | null }
  /** Kills everything that is left. */
  | { readonly type: 'kill'; readonly by: string }
  | { readonly type: 'request'; readonly request: ProcessRequest; readonly process: string }
  /** Restarts every process that is up or backing off, in stop order and then in start order. */
  | { readonly type: 'restart-all' }
  /** Replaces the spec with the config's current one; the pod follows the differences. */
  | { readonly type: 'reload'; readonly spec: PodSpec };

export interface Launched {
  readonly type: 'launched';
  readonly process: string;
  readonly generation: number;
  readonly workload: WorkloadId;
  /** Signal that its image names for a stop; null: none, or it has no image. */
  readonly imageSignal: StopSignal | null;
}

/** The main process has ended, and processes that it started are still there. */
interface RootExited {
  readonly type: 'root-exited';
  readonly process: string;
  readonly generation: number;
  readonly exit: Exit;
}

/**
 * The process and its whole tree are gone, except for survivors. A hook or probe that was still running has ended with
 * it, without a result.
 */
export interface Gone {
  readonly type: 'gone';
  readonly process: string;
  readonly generation: number;
  /** Exit of its main process. */
  readonly exit: Exit;
  readonly survivors: readonly Survivor[];
}

/** Watched files of a process have changed. */
export interface Changed extends FileChange {
  readonly type: 'change';
  readonly process: string;
  /** Signal to send if it has started, or `null` to restart it. */
  readonly signal: string | null;
}

/** A process has rendered files anew, which others read. */
export interface Refreshed {
  readonly type: 'refreshed';
  /** The process that has rendered them. */
  readonly process: string;
  /** As that process calls them. */
  readonly files: readonly string[];
}

export interface HookEnded {
  readonly type: 'hook-ended';
  readonly process: string;
  readonly generation: number;
  readonly hook: HookName;
  readonly ok: boolean;
  readonly finding: Finding;
}

export interface Probed {
  readonly type: 'probed';
  readonly process: string;
  readonly generation: number;
  readonly probe: ProbeName;
  /** Attempt that this answers, or null if the process reported by itself (log, notify). */
  readonly attempt: number | null;
  readonly ok: boolean;
  readonly finding: Finding;
}

export interface TimerFired {
  readonly type: 'timer';
  /** Process, or null for a timer of the pod. */
  readonly process: string | null;
  readonly purpose: TimerPurpose;
  readonly id: number;
}
