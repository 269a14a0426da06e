import type { LaunchFailure } from './failures/launch-failure.ts';
import type { Milliseconds } from './vocabulary.ts';

/** The end of a run of a process. `status` is the shell's: the exit code, or 128 + n when signal n ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly status: number;
  /** Reason why it was not started (codes 126 and 127) or has not ended (SIGKILL), or null. */
  readonly failure: LaunchFailure | EndFailure | null;
}

/** A main process is still there after SIGKILL. `lost`: nothing was heard of it any more. */
export type EndFailure = { readonly kind: 'not-ended' } | { readonly kind: 'lost' };

export type HookName = 'postStart' | 'preStop' | 'stop';

/** The last exit of a process, and what was done to end it. */
export interface LastExit {
  readonly exit: Exit;
  readonly at: Milliseconds;
  readonly ranFor: Milliseconds;
  /** Last step that was taken to end it; `itself` if none was. */
  readonly after: 'itself' | 'hook' | 'signal' | 'kill';
  /** True if a failing probe or hook caused the stop. */
  readonly unhealthy: boolean;
}
