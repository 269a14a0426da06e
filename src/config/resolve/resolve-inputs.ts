import type { Selection } from './select-processes.ts';
import type { WiringInputs } from './wiring-source.ts';

export type CallerStreams = 'none' | 'stdin' | 'all';

/** What the command line asks for. */
export interface PodOptions extends Selection {
  /** Whether the colors of sidecars and primary are shown to somebody. */
  readonly colors: boolean;
  /** From `run -- …`: takes the place of the primary's command; its probes, hooks and restarts go with it. */
  readonly primaryCommand: readonly string[] | null;
  /** What that command has of the streams that sidecarctl was started with. */
  readonly callerStreams: CallerStreams;
  /** Whether changes of files are followed: else `watch` has no effect. */
  readonly watching: boolean;
  /** From `dev -- …`: appended to the primary's command. */
  readonly primaryArgs: readonly string[];
}

/** Everything that a config is resolved with. */
export interface ResolveInputs extends PodOptions, WiringInputs {}
