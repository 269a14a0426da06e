import type { CallerStreams } from '../config/resolve/resolve-inputs.ts';
import type { ConfigFailure } from '../model/failures/config-problem.ts';
import type { IsolationFailure } from '../model/failures/isolation-failure.ts';
import type { PortFailure } from '../model/failures/port-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { PodRecord } from '../runtime/state/pod-record.ts';

/** Where a config comes from. Folders are absolute. */
export type ConfigOrigin =
  /** `file` null: searched for from `folder` upwards, else relative to it. */
  | { readonly kind: 'file'; readonly folder: string; readonly file: string | null }
  /** An object or a function that a program has in hand, in the place of a file in `folder`. */
  | { readonly kind: 'given'; readonly config: unknown; readonly folder: string };

export interface Preparation {
  readonly origin: ConfigOrigin;
  readonly mode: 'dev' | 'up' | 'run' | 'check' | 'graph' | 'library';
  /** Just these and what they depend on; empty: all. */
  readonly only: readonly string[];
  readonly without: readonly string[];
  /** From `--name`: a pod of its own beside the others of the config; null without it. */
  readonly label: string | null;
  /** What processes inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether somebody is shown the colors of sidecars and primary, who cannot see the terminal behind their pipes. */
  readonly colors: boolean;
  /** `run -- COMMAND…`, in place of the primary's command. */
  readonly primaryCommand: readonly string[] | null;
  /** What that command has of the streams that this process was started with. */
  readonly callerStreams: CallerStreams;
  /** `dev -- ARGS`, after the primary's command. */
  readonly primaryArgs: readonly string[];
  /** Whether changes of files are followed: in `dev`. */
  readonly watching: boolean;
  /** What is only looked at needs no free ports, and may run already. */
  readonly purpose: 'run' | 'look';
}

export type PreparationFailure =
  | { readonly kind: 'config'; readonly failure: ConfigFailure }
  | { readonly kind: 'ports'; readonly failures: readonly PortFailure[] }
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  | { readonly kind: 'storage'; readonly failures: readonly StorageFailure[] }
  /** A pod of this config, and of this label, runs already. */
  | { readonly kind: 'runs-already'; readonly holder: PodRecord };
