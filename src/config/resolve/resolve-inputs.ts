import type { Selection } from './select-processes.ts';

export type CallerStreams = 'none' | 'stdin' | 'all';

/** What is known only when a pod is about to start. */
export interface ResolveInputs extends Selection {
  /** A number for each declared port, by process and port name. */
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** A directory for each declared volume, absolute. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Inherited. */
  readonly env: Readonly<Record<string, string>>;
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
