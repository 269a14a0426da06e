/** A reason why processes cannot be isolated as their config asks. `isolationText` words it. */
export type IsolationFailure =
  | (Refusal & { readonly processes: readonly string[] })
  | {
      readonly kind: 'no-mount-point';
      readonly process: string;
      /** Name of the volume or of the file. */
      readonly mount: string;
      readonly expected: 'folder' | 'file';
      /** Absolute path. */
      readonly path: string;
      /** Path of what stands in the way: the same path, or one above it. */
      readonly at: string;
      /** What stands there. */
      readonly found: string;
    };

/** A reason why the machine cannot isolate processes. */
export type Refusal =
  | {
      readonly kind: 'program-missing';
      readonly program: Program;
      /** Absolute paths of the folders that were searched. */
      readonly lookedIn: readonly string[];
    }
  | {
      readonly kind: 'namespaces-refused';
      readonly tried: readonly IsolationAttempt[];
      readonly hindrance: Hindrance;
    };

/**
 * `privileged`: with the supervisor's own rights. `user-namespace`: in a user namespace, where everybody has the
 * rights.
 */
export type IsolationWay = 'privileged' | 'user-namespace';

export interface IsolationAttempt {
  readonly way: IsolationWay;
  /** Error message of the system, empty if it gave none. */
  readonly message: string;
  /** Exit code of the trial, or null if it has none. */
  readonly exitCode: number | null;
}

/** The most likely obstacle. The first three are settings of the kernel. */
export type Hindrance =
  | 'max-user-namespaces'
  | 'unprivileged-userns-clone'
  | 'apparmor'
  | 'container'
  | 'unknown';

/** A program that creates or enters the kernel's namespaces. */
export type Program =
  | 'unshare'
  | 'nsenter'
  | 'mount'
  | 'umount'
  | 'pivot_root'
  | 'setpriv'
  | 'setsid'
  | 'mkdir'
  | 'ln'
  | 'readlink'
  | 'env'
  | 'timeout'
  | 'sleep';
