import type { Backpressure } from '../../logs/backpressure.ts';
import type { LaunchFailure } from '../../model/failures/launch-failure.ts';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { OutputStream } from '../pod-reader.ts';

/** Runs a short-lived command beside a workload to its end: an exec probe, a hook, a build step. */
export type RunCommand = (command: CommandSpec, options: CommandOptions) => Promise<CommandResult>;

export interface CommandOptions {
  /** Cuts the command off: everything it has started is killed before the result is returned. */
  readonly signal: AbortSignal;
  /** Also ends processes that it leaves running when it ends by itself, as far as a quick look finds them. */
  readonly leavesNothing?: boolean;
  /** Gets each piece of output until the result is there. */
  readonly onOutput?: (stream: OutputStream, chunk: Buffer) => void;
  /** Pauses the output while `onOutput` cannot take more. */
  readonly backpressure?: Backpressure;
}

export type CommandResult = CommandEnding & {
  /** The last bytes of stdout and stderr together, 4 KiB at most. */
  readonly output: string;
};

export type CommandEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | NotStarted
  | { readonly kind: 'aborted' };

/**
 * A failed start, with a shell's codes. 127: not found; 126: found but not executable, or its folder cannot be used.
 */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly code: 126 | 127;
  readonly failure: LaunchFailure;
}
