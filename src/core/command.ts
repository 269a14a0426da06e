import type { HookName } from '../model/exit.ts';
import type { ReloadPlan } from '../model/planned-reload.ts';
import type { PodEvent, Refusal } from '../model/pod-event.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import type { TimerPurpose } from './process-state.ts';

/** A command for the loop. The loop carries them out in order. */
export type Command =
  | { readonly type: 'launch'; readonly process: string; readonly generation: number }
  /** Sends its process group the signal that asks it to stop. */
  | {
      readonly type: 'signal';
      readonly process: string;
      readonly generation: number;
      readonly signal: string;
    }
  /** Sends a signal that does not end it, such as SIGHUP for a reload. */
  | {
      readonly type: 'pass-signal';
      readonly process: string;
      readonly generation: number;
      readonly signal: string;
    }
  /** Replaces files of a process that runs. */
  | {
      readonly type: 'replace-files';
      readonly process: string;
      readonly generation: number;
      readonly files: readonly string[];
    }
  /**
   * Sends SIGTERM to the processes that its main process has left behind. `sparesGroup`: its group has had the stop
   * signal already.
   */
  | {
      readonly type: 'terminate';
      readonly process: string;
      readonly generation: number;
      readonly sparesGroup: boolean;
    }
  /** Sends SIGKILL to the whole process tree, including hooks and the stop command. */
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
  /** The process has left the config and is gone: nothing needs to be kept for it. */
  | { readonly type: 'forget'; readonly process: string }
  | { readonly type: 'report'; readonly event: PodEvent }
  /** The one reply to the request with that id. */
  | { readonly type: 'reply'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'end'; readonly exitCode: number };

/** The decision on a request. `plan` belongs to a reload. */
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
