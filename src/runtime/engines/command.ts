import type { Flow } from '../../logs/flow.ts';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { OutputStream } from '../pod-reader.ts';

/** A short-lived command beside a workload, run to its end: an exec probe, a hook, a build step. */
export type RunCommand = (command: CommandSpec, options: CommandOptions) => Promise<CommandResult>;

export interface CommandOptions {
  /** Cuts it off: all that it has started is killed before the result is there. */
  readonly signal: AbortSignal;
  /** What it leaves running when it ends by itself is ended too, as far as a quick look finds it. */
  readonly leavesNothing?: boolean;
  /** Called with each piece of output until the result is there. */
  readonly onOutput?: (stream: OutputStream, chunk: Buffer) => void;
  /** Holds the output back while `onOutput` cannot take more. */
  readonly flow?: Flow;
}

export type CommandResult = CommandEnding & {
  /** The last 4 KiB at most of stdout and stderr together. */
  readonly output: string;
};

export type CommandEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | NotStarted
  | { readonly kind: 'aborted' };

/** 127: not found, 126: found but not executable, or its folder cannot be used; as in a shell. */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly code: 126 | 127;
  readonly message: string;
}
