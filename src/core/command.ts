import type { HookName } from '../model/exit.ts';
import type { ReloadPlan } from '../model/planned-reload.ts';
import type { PodEvent, Refusal } from '../model/pod-event.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import type { TimerPurpose } from './process-state.ts';

/** What the core tells the loop to carry out, in this order. */
export type Command =
  | { readonly type: 'launch'; readonly process: string; readonly generation: number }
  /** The signal that asks it to stop, to its process group. */
  | {
      readonly type: 'signal';
      readonly process: string;
      readonly generation: number;
      readonly signal: string;
    }
  /** A signal that it is to live on with, as SIGHUP for a reload: nothing follows from it. */
  | {
      readonly type: 'pass-signal';
      readonly process: string;
      readonly generation: number;
      readonly signal: string;
    }
  /** SIGTERM to what its main process has left behind; `sparesGroup`: its group has had the stop signal already. */
  | {
      readonly type: 'terminate';
      readonly process: string;
      readonly generation: number;
      readonly sparesGroup: boolean;
    }
  /** The whole process tree, hooks and stop command included, with SIGKILL. */
  | { readonly type: 'kill'; readonly process: string; readonly generation: number }
  | {
      readonly type: 'run-hook';
      readonly process: string;
      readonly generation: number;
      readonly hook: HookName;
    }
  | {
      readonly type: 'cancel-hook';
      readonly process: string;
      readonly generation: number;
      readonly hook: HookName;
    }
  | {
      readonly type: 'probe';
      readonly process: string;
      readonly generation: number;
      readonly probe: ProbeName;
      readonly attempt: number;
    }
  | ArmTimer
  | { readonly type: 'disarm'; readonly id: number }
  /** It has left the config and is gone: nothing more is to be kept for it. */
  | { readonly type: 'forget'; readonly process: string }
  | { readonly type: 'report'; readonly event: PodEvent }
  /** The one answer to the request of that id. */
  | { readonly type: 'reply'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'end'; readonly exitCode: number };

/** The decision on a request; `plan` is that of a reload. */
export type Outcome =
  | { readonly ok: true; readonly plan: ReloadPlan | null }
  | { readonly ok: false; readonly because: Refusal };

export interface ArmTimer {
  readonly type: 'arm';
  readonly process: string | null;
  readonly purpose: TimerPurpose;
  readonly id: number;
  readonly at: Milliseconds;
}
