import type { PodEvent } from './pod-event.ts';
import type { Milliseconds } from './pod-spec.ts';
import type { HookName, ProbeName, TimerPurpose } from './process-state.ts';

/** What the core tells the loop to carry out, in this order. */
export type Command =
  | { readonly type: 'launch'; readonly process: string; readonly generation: number }
  | {
      readonly type: 'signal';
      readonly process: string;
      readonly generation: number;
      readonly signal: string;
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
  | { readonly type: 'report'; readonly event: PodEvent }
  | { readonly type: 'end'; readonly exitCode: number };

export interface ArmTimer {
  readonly type: 'arm';
  readonly process: string | null;
  readonly purpose: TimerPurpose;
  readonly id: number;
  readonly at: Milliseconds;
}
