/** Why processes cannot be isolated as their config asks, as facts; `isolationText` has the words. */
export type IsolationFailure =
  | (Refusal & { readonly processes: readonly string[] })
  | {
      readonly kind: 'no-mount-point';
      readonly process: string;
      readonly volume: string;
      /** Absolute. */
      readonly path: string;
      /** What stands there instead of a directory. */
      readonly found: string;
    };

/** The machine has not what it takes. */
export type Refusal =
  | {
      readonly kind: 'program-missing';
      readonly program: Program;
      /** Absolute folders. */
      readonly lookedIn: readonly string[];
    }
  | {
      readonly kind: 'namespaces-refused';
      readonly tried: readonly IsolationAttempt[];
      readonly hindrance: Hindrance;
    };

/** With the rights that the supervisor has, or in a user namespace, where everybody has those that are needed. */
export type IsolationWay = 'privileged' | 'user-namespace';

export interface IsolationAttempt {
  readonly way: IsolationWay;
  /** What the system said. */
  readonly message: string;
}

/** What most likely is in the way: a setting of the kernel, for the first three. */
export type Hindrance =
  | 'max-user-namespaces'
  | 'unprivileged-userns-clone'
  | 'apparmor'
  | 'container'
  | 'unknown';

/** What the kernel's namespaces are made and entered with. */
export type Program = 'unshare' | 'nsenter' | 'mount' | 'setpriv' | 'setsid' | 'env' | 'timeout' | 'sleep';
