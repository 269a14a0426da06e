import type { Milliseconds } from './vocabulary.ts';

/** How a run of a process ended. `status` is the shell's: the code, or 128 + n when signal n ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly status: number;
  /** Why it could not be started (codes 126 and 127), or null. */
  readonly message: string | null;
}

export type HookName = 'postStart' | 'preStop' | 'stop';

/** An end of a run, and what had been done to it by then. */
export interface LastExit {
  readonly exit: Exit;
  readonly at: Milliseconds;
  readonly ranFor: Milliseconds;
  /** The last that was done to end it; `itself`: nothing. */
  readonly after: 'itself' | 'hook' | 'signal' | 'kill';
  /** Whether a failing probe or hook was the cause of the stop. */
  readonly unhealthy: boolean;
}
