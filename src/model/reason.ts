import type { Exit, HookName } from './exit.ts';
import type { Finding } from './finding.ts';
import type { ReloadCause } from './planned-reload.ts';
import type { Survivor } from './survivor.ts';
import type { Condition, Milliseconds, ProbeName, StateName } from './vocabulary.ts';

/** The reason why a process is being stopped. */
export type StopReason =
  | { readonly kind: 'pod-stops' }
  /** Its app has ended; `app` is the name of the app's primary. */
  | { readonly kind: 'app-ended'; readonly app: string }
  | { readonly kind: 'stop-requested' }
  | { readonly kind: 'restart-requested' }
  | { readonly kind: 'dependency-restarts'; readonly process: string }
  | ({ readonly kind: 'files-changed' } & FileChange)
  | { readonly kind: 'config-changed'; readonly because: readonly ReloadCause[] }
  /** It is no longer in the config. */
  | { readonly kind: 'removed' }
  /** Its main process has ended by itself, and processes that it started are still there. */
  | { readonly kind: 'root-exited'; readonly exit: Exit }
  | { readonly kind: 'probe-failed'; readonly probe: ProbeName; readonly finding: Finding }
  | { readonly kind: 'hook-failed'; readonly hook: HookName; readonly finding: Finding };

/** The reason for a process's state, as facts. The readers word it. */
export type Reason =
  | StopReason
  | { readonly kind: 'exited'; readonly exit: Exit }
  | {
      readonly kind: 'gave-up';
      readonly restarts: number;
      readonly within: Milliseconds;
      readonly exit: Exit;
    }
  /** It has failed permanently, and a change of its files starts it again. */
  | { readonly kind: 'waits-for-change'; readonly exit: Exit }
  /** It was killed, and these processes are still there. */
  | { readonly kind: 'not-ended'; readonly survivors: readonly Survivor[] }
  | { readonly kind: 'not-ready'; readonly finding: Finding }
  | { readonly kind: 'waits'; readonly blockers: readonly Blocker[] };

/** Files that have changed. If there are very many, only the first are listed. */
export interface FileChange {
  /** Paths relative to the config's folder, as a person would write them. */
  readonly files: readonly string[];
  readonly count: number;
}

/** A dependency that is not satisfied. */
export interface Blocker {
  readonly process: string;
  readonly condition: Condition;
  readonly state: StateName;
  /** True if it will never be satisfied without intervention. */
  readonly permanent: boolean;
}

/** The reason why an app has ended. */
export type AppEndReason =
  | { readonly kind: 'primary-ended'; readonly process: string; readonly exit: Exit }
  | { readonly kind: 'essential-ended'; readonly process: string; readonly exit: Exit | null }
  | { readonly kind: 'cannot-start'; readonly process: string; readonly blockers: readonly Blocker[] };

/** The end of one instance of an app. */
export interface AppEnd {
  /** Name of its primary. */
  readonly app: string;
  readonly reason: AppEndReason;
  readonly exitCode: number;
}

/** The reason why a pod stops. The first one counts. */
export type PodStopReason =
  | { readonly kind: 'requested'; readonly by: string }
  /** The single app, or the only one that was started, has ended. */
  | AppEndReason
  /** All apps have ended, listed in that order. */
  | { readonly kind: 'apps-ended'; readonly ends: readonly AppEnd[] }
  /** All processes that were started have ended, and no primary was among them. */
  | { readonly kind: 'nothing-left'; readonly failed: readonly string[] }
  /** A bug in sidecarctl. */
  | { readonly kind: 'internal-error'; readonly message: string }
  | { readonly kind: 'start-timeout'; readonly after: Milliseconds; readonly waits: readonly StartWait[] };

/** A process that a start which timed out was still waiting for. */
export interface StartWait {
  readonly process: string;
  readonly state: StateName;
  /** The newest finding of the probe that it waits for. */
  readonly finding: Finding | null;
  /** How its last run ended, if it has failed or waits to be restarted. */
  readonly end: Reason | null;
}
