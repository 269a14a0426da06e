/** A process of the pod that SIGKILL has not ended. */
export interface Survivor {
  readonly pid: number;
  /** The name of the user it runs as, or the number of one without a name; null where the platform does not tell. */
  readonly user: string | null;
  /** As a person would type it. */
  readonly command: string;
  /**
   * `not-permitted`: it is another user's, and the signal was refused. `uninterruptible`: it has the signal and hangs in
   * the kernel, as one does that waits for a disk or a network file system that no longer answers.
   */
  readonly why: 'not-permitted' | 'uninterruptible' | 'unknown';
}

/** A process of the pod of which nothing tells what has started it. */
export interface Stray {
  readonly pid: number;
  /** As a person would type it. */
  readonly command: string;
}
