import type { Exit, HookName } from './exit.ts';
import type { ReloadCause } from './planned-reload.ts';
import type { Survivor } from './survivor.ts';
import type { Condition, Milliseconds, ProbeName, StateName } from './vocabulary.ts';

/** Why a process is being stopped. */
export type StopReason =
  | { readonly kind: 'pod-stops' }
  /** The app that it belongs to is over; `app`: its primary's name. */
  | { readonly kind: 'app-ended'; readonly app: string }
  | { readonly kind: 'stop-requested' }
  | { readonly kind: 'restart-requested' }
  | { readonly kind: 'dependency-restarts'; readonly process: string }
  | ({ readonly kind: 'files-changed' } & FileChange)
  | { readonly kind: 'config-changed'; readonly because: readonly ReloadCause[] }
  /** It is no longer part of the config. */
  | { readonly kind: 'removed' }
  /** Its main process has ended by itself, and what that started is still there. */
  | { readonly kind: 'root-exited'; readonly exit: Exit }
  | { readonly kind: 'probe-failed'; readonly probe: ProbeName; readonly message: string }
  | { readonly kind: 'hook-failed'; readonly hook: HookName; readonly message: string };

/** Why a process is in the state it is in: facts only, worded by the readers. */
export type Reason =
  | StopReason
  | { readonly kind: 'exited'; readonly exit: Exit }
  | {
      readonly kind: 'gave-up';
      readonly restarts: number;
      readonly within: Milliseconds;
      readonly exit: Exit;
    }
  /** It has failed for good, and a change of its files starts it again. */
  | { readonly kind: 'waits-for-change'; readonly exit: Exit }
  /** It was killed, and these are still there. */
  | { readonly kind: 'not-ended'; readonly survivors: readonly Survivor[] }
  | { readonly kind: 'not-ready'; readonly message: string }
  | { readonly kind: 'waits'; readonly blockers: readonly Blocker[] };

/** What has changed on disk; of very many files only the first are named. */
export interface FileChange {
  /** As a person would name them: relative to the config's folder. */
  readonly files: readonly string[];
  readonly count: number;
}

/** A dependency that does not hold. */
export interface Blocker {
  readonly process: string;
  readonly condition: Condition;
  readonly state: StateName;
  /** True when it never will by itself. */
  readonly permanent: boolean;
}

/** Why an app is over. */
export type AppEndReason =
  | { readonly kind: 'primary-ended'; readonly process: string; readonly exit: Exit }
  | { readonly kind: 'essential-ended'; readonly process: string; readonly exit: Exit | null }
  | { readonly kind: 'cannot-start'; readonly process: string; readonly blockers: readonly Blocker[] };

/** The end of one instance of an app. */
export interface AppEnd {
  /** Its primary's name. */
  readonly app: string;
  readonly reason: AppEndReason;
  readonly exitCode: number;
}

/** Why a pod stops; the first one counts. */
export type PodStopReason =
  | { readonly kind: 'requested'; readonly by: string }
  /** Of its one app, or of the only one that was wanted. */
  | AppEndReason
  /** In the order of their ends. */
  | { readonly kind: 'apps-ended'; readonly ends: readonly AppEnd[] }
  /** Nothing that is wanted is left, and the primary was not wanted. */
  | { readonly kind: 'nothing-left'; readonly failed: readonly string[] }
  /** A bug of sidecarctl. */
  | { readonly kind: 'internal-error'; readonly message: string }
  | { readonly kind: 'start-timeout'; readonly after: Milliseconds; readonly waits: readonly StartWait[] };

/** What a start that ran out of time was still waiting for. */
export interface StartWait {
  readonly process: string;
  readonly state: StateName;
  readonly message: string | null;
}
