/** A process of the pod that SIGKILL did not end. */
export interface Survivor {
  readonly pid: number;
  /** Name of its user, or the number if the user has no name; null if the platform does not tell. */
  readonly user: string | null;
  /** Command line as a person would type it. */
  readonly command: string;
  /**
   * `not-permitted`: it belongs to another user, and the signal was refused. `uninterruptible`: it has the signal and
   * hangs in the kernel, for example waiting for a disk or network file system that does not answer.
   */
  readonly why: 'not-permitted' | 'uninterruptible' | 'unknown';
}

/** A process of the pod whose parent is unknown. */
export interface Stray {
  readonly pid: number;
  /** Command line as a person would type it. */
  readonly command: string;
}
