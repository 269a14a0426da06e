import type { ConfigReads } from '../known/config-reads.ts';
import type { Selection } from './select-processes.ts';
import type { CheckResult, WiringInputs } from './wiring-source.ts';

export type CallerStreams = 'none' | 'stdin' | 'all';

/** The options of the command line. */
export interface PodOptions extends Selection {
  /** True if somebody sees the colors of sidecars and primary. */
  readonly colors: boolean;
  /** Command from `run -- …`. It replaces the primary's command, and with it probes, hooks and restarts. */
  readonly primaryCommand: readonly string[] | null;
  /** Streams of sidecarctl that this command gets. */
  readonly callerStreams: CallerStreams;
  /** True if file changes are followed; otherwise `watch` has no effect. */
  readonly watching: boolean;
  /** Arguments from `dev -- …`, appended to the primary's command. */
  readonly primaryArgs: readonly string[];
}

/** Everything that a config is resolved with. */
export interface ResolveInputs extends PodOptions, WiringInputs {
  readonly checkResult: CheckResult;
  /** Notes the variables that references are filled with. */
  readonly reads?: ConfigReads | undefined;
}
