import type { CallerStreams } from '../config/resolve/resolve-inputs.ts';
import type { ConfigFailure } from '../model/failures/config-problem.ts';
import type { ContainerFailure } from '../model/failures/container-failure.ts';
import type { IsolationFailure } from '../model/failures/isolation-failure.ts';
import type { PortFailure } from '../model/failures/port-failure.ts';
import type { RequirementFailure } from '../model/failures/requirement-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { UnsupportedFailure } from '../model/failures/unsupported-failure.ts';
import type { PodRecord } from '../runtime/state/pod-record.ts';

/** The origin of a config. Folders are absolute. */
export type ConfigOrigin =
  /** `file` null: searched for from `folder` upwards, otherwise relative to it. */
  | {
      readonly kind: 'file';
      readonly folder: string;
      readonly file: string | null;
      /** Commands from `--local`, by the containers of the file whose places they take. They run in `folder`. */
      readonly locals: ReadonlyMap<string, string>;
    }
  /** An object or a function that a program passes, in place of a file in `folder`. */
  | { readonly kind: 'given'; readonly config: unknown; readonly folder: string };

export interface Preparation {
  readonly origin: ConfigOrigin;
  readonly mode: 'dev' | 'up' | 'run' | 'check' | 'graph' | 'library';
  /** Names of the processes to start, along with their dependencies; empty for all. */
  readonly only: readonly string[];
  readonly without: readonly string[];
  /** Label from `--name`, for a pod of its own beside the others of the config; null without it. */
  readonly label: string | null;
  /** Environment that processes inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** True if somebody sees the colors of sidecars and primary, which cannot see the terminal behind their pipes. */
  readonly colors: boolean;
  /** Command from `run -- COMMAND…`, in place of the primary's. */
  readonly primaryCommand: readonly string[] | null;
  /** Streams of this process that this command gets. */
  readonly callerStreams: CallerStreams;
  /** Arguments from `dev -- ARGS`, appended to the primary's command. */
  readonly primaryArgs: readonly string[];
  /** True if file changes are followed, in `dev`. */
  readonly watching: boolean;
  /** Absolute path of the user's own cache, where configs are remembered; null: nowhere. */
  readonly cache: string | null;
  /** `look` needs no free ports, and works while the pod runs. */
  readonly purpose: 'run' | 'look';
}

export type PreparationFailure =
  | { readonly kind: 'config'; readonly failure: ConfigFailure }
  | { readonly kind: 'ports'; readonly failures: readonly PortFailure[] }
  | { readonly kind: 'unsupported'; readonly failures: readonly UnsupportedFailure[] }
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  | { readonly kind: 'containers'; readonly failures: readonly ContainerFailure[] }
  | { readonly kind: 'requirements'; readonly failures: readonly RequirementFailure[] }
  /** The local CA or a bundle of it cannot be made or used. */
  | { readonly kind: 'certificates'; readonly message: string }
  | { readonly kind: 'storage'; readonly failures: readonly StorageFailure[] }
  /** A pod of this config and label is already running. */
  | { readonly kind: 'runs-already'; readonly holder: PodRecord };
