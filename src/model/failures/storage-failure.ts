import type { ContainerEngineName } from '../container-engines.ts';

/**
 * The problems of the state folder, a pod's record, volumes and mounts. Paths are absolute; `cause` is the system's
 * message; `found` is the kind of entry that is in the way: `a file`, `a symlink to …`.
 */
export type StorageFailure =
  | {
      readonly kind: 'state-folder-unusable';
      readonly path: string;
      readonly cause: string;
      /** Code of the error, such as `ENOSPC`, or null if it has none. */
      readonly code: string | null;
      /** Name of the other user that it belongs to, or null. */
      readonly owner: string | null;
    }
  /** Something else is in the place of a directory of ours: nothing was deleted or created through it. */
  | UnrealDirectory
  /** A folder has the name of the pod's record, and its content is not ours to remove. */
  | { readonly kind: 'record-blocked'; readonly path: string }
  | ({ readonly kind: 'record-unreadable' } & UnreadableRecord)
  | {
      readonly kind: 'run-not-recorded';
      readonly path: string;
      readonly cause: string;
      readonly step: 'make' | 'write';
    }
  | { readonly kind: 'run-record-unreadable'; readonly path: string }
  /** Containers of a run may still be there. `path`: folder of the run, which is kept for the next try. */
  | { readonly kind: 'containers-left'; readonly path: string; readonly engine: ContainerEngineName }
  | {
      readonly kind: 'volume-not-created';
      readonly volume: string;
      readonly path: string;
      readonly cause: string;
    }
  | {
      readonly kind: 'mount-blocked';
      readonly path: string;
      readonly found: string;
      readonly what: 'volume' | 'file';
    }
  | { readonly kind: 'mount-in-use'; readonly path: string; readonly runId: string }
  | { readonly kind: 'mount-not-created'; readonly path: string; readonly cause: string }
  /** A symlink on the way to a part of a volume leads to another place. */
  | {
      readonly kind: 'sub-path-outside';
      readonly volume: string;
      readonly path: string;
      readonly leadsTo: string;
    }
  | {
      readonly kind: 'sub-path-not-created';
      readonly volume: string;
      readonly path: string;
      readonly cause: string;
    }
  | {
      readonly kind: 'not-removed';
      readonly path: string;
      readonly cause: string;
      readonly isMount: boolean;
    };

export interface UnrealDirectory {
  readonly kind: 'not-a-real-directory';
  readonly path: string;
  readonly found: string;
}

/** A pod's record that only its owner can read. */
export interface UnreadableRecord {
  readonly path: string;
  readonly owner: string;
}
