/**
 * What can go wrong with the state folder, the record of a pod, volumes and mounts. Paths are absolute; `cause` is what
 * the system said; `found` is what stands there: `a file`, `a symlink to …`.
 */
export type StorageFailure =
  | {
      readonly kind: 'state-folder-unusable';
      readonly path: string;
      readonly cause: string;
      /** The error's, as `ENOSPC`; null: it has none. */
      readonly code: string | null;
      /** Another user that it belongs to. */
      readonly owner: string | null;
    }
  /** Where a directory of ours is expected stands something else: nothing was deleted or made through it. */
  | UnrealDirectory
  /** A folder has the name of the pod's record, and what is in it is not ours to remove. */
  | { readonly kind: 'record-blocked'; readonly path: string }
  | ({ readonly kind: 'record-unreadable' } & UnreadableRecord)
  | {
      readonly kind: 'run-not-recorded';
      readonly path: string;
      readonly cause: string;
      readonly step: 'make' | 'write';
    }
  | { readonly kind: 'run-record-unreadable'; readonly path: string }
  | {
      readonly kind: 'volume-not-created';
      readonly volume: string;
      readonly path: string;
      readonly cause: string;
    }
  | { readonly kind: 'mount-blocked'; readonly path: string; readonly found: string }
  | { readonly kind: 'mount-in-use'; readonly path: string; readonly runId: string }
  | { readonly kind: 'mount-not-created'; readonly path: string; readonly cause: string }
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
